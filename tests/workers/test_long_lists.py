"""A long body of another worker is sent in pieces; one that is merged has a bound."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from crm_mocks import create_app
from crm_mocks.admin.pieces import PIECE_BYTES
from crm_mocks.errors import CrmMocksError
from crm_mocks.vendor import Vendor
from crm_mocks.workers import control
from crm_mocks.workers.control import WorkerControl
from crm_mocks.workers.link import WorkerLink
from crm_mocks.workers.remaining_pieces import RemainingPieces
from tests.state.exchanges import exchange

SCOPE: dict[str, Any] = {
    "type": "http",
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "path": "/__admin/requests",
    "raw_path": b"/__admin/requests",
    "headers": [(b"host", b"127.0.0.1:4010")],
    "server": ("127.0.0.1", 4010),
    "client": ("127.0.0.1", 1),
}
SESSION = "mine"
BODY = b"x" * 40_000


@pytest.fixture
def alone(toy_vendor: Vendor) -> WorkerControl:
    """The only worker, with eight exchanges of 40 KB in a session."""
    application = create_app([toy_vendor], seed=1)
    link = WorkerLink(0, 1, {})
    made = WorkerControl(application, link)
    link.calls = made.find_call
    link.notify = lambda target, name, *arguments: asyncio.ensure_future(link.call(target, name, *arguments))  # type: ignore[method-assign, assignment]  # no channel
    kept = application.mock_app.sessions.get(SESSION).journal
    for _ in range(8):
        kept.append(exchange(kept.next_number(), SESSION, request_body=BODY))
    return made


async def _nothing() -> Any:
    await asyncio.Event().wait()


def asked(**query: str) -> dict[str, Any]:
    return {**SCOPE, "query_string": "&".join(f"{name}={value}" for name, value in query.items()).encode()}


@pytest.mark.one_process
def test_another_worker_sends_a_long_list_in_pieces(alone: WorkerControl) -> None:
    async def run() -> list[bytes]:
        response = await alone._serve_there(0, asked(session=SESSION), b"")
        assert response.more is not None
        pieces = [message["body"] for message in response.messages if message["type"] == "http.response.body"]
        return [*pieces, *[piece async for piece in response.more]]

    pieces = asyncio.run(run())
    assert len(pieces) > 3
    assert max(map(len, pieces)) < PIECE_BYTES + 2 * len(BODY)
    assert len(json.loads(b"".join(pieces))["requests"]) == 8


@pytest.mark.one_process
@pytest.mark.parametrize("path", ["/__admin/requests", "/__admin/requests/har"])
def test_a_list_of_all_sessions_that_is_too_long_says_how_to_ask_for_less(
    alone: WorkerControl, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "MAX_MERGED_BYTES", 100_000)

    async def ask(**query: str) -> tuple[int, Any]:
        response = await alone.forward({**asked(**query), "path": path}, b"", _nothing)
        assert response is not None
        start, *bodies = response.messages
        return start["status"], json.loads(b"".join(each["body"] for each in bodies))

    status, problem = asyncio.run(ask(session="*"))
    assert status == 400
    assert "ask for fewer with 'limit' or 'since', or for one session" in problem["detail"]
    assert asyncio.run(ask(session="*", limit="1"))[0] == 200


class Kept:
    """Pieces that one worker keeps for itself."""

    def __init__(self) -> None:
        self.link = WorkerLink(0, 1, {})
        self.pieces = RemainingPieces(self.link)
        self.link.calls = self.pieces.calls.__getitem__
        self.dropped: list[Any] = []
        self.link.notify = lambda *call: self.dropped.append(call)  # type: ignore[method-assign]  # no channel

    def keep(self) -> int:
        async def two() -> AsyncIterator[bytes]:
            yield b"a"
            yield b"b"

        return self.pieces.keep(two())


def test_pieces_are_dropped_when_the_client_leaves() -> None:
    kept = Kept()
    number = kept.keep()

    async def run() -> None:
        rest = kept.pieces.of(0, number)
        assert await anext(rest) == b"a"
        await rest.aclose()  # type: ignore[attr-defined]  # a generator

    asyncio.run(run())
    assert kept.dropped == [(0, "drop pieces", number)]


def test_the_oldest_pieces_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_mocks.workers.remaining_pieces.MAX_KEPT", 2)
    kept = Kept()
    numbers = [kept.keep() for _ in range(3)]

    async def read(number: int) -> list[bytes]:
        return [piece async for piece in kept.pieces.of(0, number)]

    assert asyncio.run(read(numbers[2])) == [b"a", b"b"]
    with pytest.raises(CrmMocksError, match="given up"):
        asyncio.run(read(numbers[0]))
