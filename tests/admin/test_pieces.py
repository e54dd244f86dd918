"""Lists of records, queued responses and sessions are sent in pieces: a slow client holds little of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from crm_mocks import turns
from crm_mocks.admin import queue_routes, record_routes, session_routes
from crm_mocks.admin.direct_routes import ControlRequest, ControlResponse
from crm_mocks.admin.pieces import PIECE_BYTES, in_pieces
from crm_mocks.state.records import Records
from crm_mocks.state.response_queue import QueuedResponse
from crm_mocks.state.session import Session
from crm_mocks.vendor import Vendor
from tests.admin.conftest import Control
from tests.conftest import Api

pytestmark = pytest.mark.one_process

KIND = "vendor=toy&kind=contacts"
COUNT = 100


@pytest.fixture
def control(api: Callable[..., Api], toy_vendor: Vendor) -> Control:
    return Control(api(toy_vendor))


async def pieces_of(*texts: bytes) -> list[bytes]:
    async def each() -> AsyncIterator[bytes]:
        for text in texts:
            yield text

    return [piece async for piece in in_pieces(each())]


@pytest.mark.parametrize(
    "texts",
    [(b"a", b"b"), (b"a", b"b" * 1_000_000, b"c"), (b"a" * PIECE_BYTES,), (b"ab" * 40_000, b"", b"c" * 40_000)],
    ids=["short", "one long text", "exactly one piece", "several long texts"],
)
def test_pieces_are_the_whole_document_and_short_however_long_a_text_is(texts: tuple[bytes, ...]) -> None:
    pieces = asyncio.run(pieces_of(*texts))
    assert b"".join(pieces) == b"".join(texts)
    assert all(0 < len(piece) < 2 * PIECE_BYTES for piece in pieces)


def request(query: str = "", body: Any = None) -> ControlRequest:
    return ControlRequest(query, b"" if body is None else json.dumps(body).encode(), None, "http://localhost")


async def whole(response: ControlResponse) -> Any:
    more = [piece async for piece in response.more] if response.more is not None else []
    return json.loads(response.body + b"".join(more))


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every record that has been unpacked for a list."""
    made: list[Any] = []
    unpack = Records.unpacked

    def counting(self: Records, kind: str, packed: Any) -> Any:
        made.append(record := unpack(self, kind, packed))
        return record

    monkeypatch.setattr(Records, "unpacked", counting)
    return made


@pytest.mark.parametrize("query", [KIND, "vendor=toy", ""])
def test_records_are_unpacked_as_the_client_takes_them(control: Control, unpacked: list[Any], query: str) -> None:
    control.put(f"records?{KIND}", [{"id": n, "email": f"{n}@example.com", "x": "y" * 10_000} for n in range(COUNT)])
    show = record_routes.routes(control.mock_app)["GET", "/__admin/records"]

    async def listed() -> tuple[int, Any]:
        response = await show(request(query))
        return len(unpacked), await whole(response)

    count, document = control.api.run(listed())
    assert 0 < count < COUNT / 4
    assert len(unpacked) == COUNT
    assert json.dumps(document).count("@example.com") == COUNT


def test_sessions_are_described_as_the_client_takes_them(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(COUNT):
        control.mock_app.sessions.get(f"s{number}").allowed = ("x" * 10_000,)
    described: list[Any] = []
    describe = session_routes._described

    def counting(session: Session) -> Any:
        described.append(session)
        return describe(session)

    monkeypatch.setattr(session_routes, "_described", counting)
    show = session_routes.routes(control.mock_app)["GET", "/__admin/sessions"]

    async def listed() -> tuple[int, Any]:
        response = await show(request())
        return len(described), await whole(response)

    count, document = control.api.run(listed())
    assert 0 < count < COUNT / 4
    assert [each["session"] for each in document["sessions"]] == [each.name for each in described]
    assert {f"s{number}" for number in range(COUNT)} <= {each.name for each in described}


def test_storing_many_records_lets_others_take_turns(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN_SECONDS", -1)
    store = record_routes.routes(control.mock_app)["PUT", "/__admin/records"]
    records = [{"id": n, "email": f"{n}@example.com"} for n in range(COUNT)]

    async def count_turns() -> int:
        storing = asyncio.ensure_future(store(request(KIND, records)))
        count = 0
        while not storing.done():
            await asyncio.sleep(0)
            count += 1
        assert (await whole(storing.result()))["stored"] == COUNT
        return count

    assert control.api.run(count_turns()) >= 2 * COUNT


def queue_large(control: Control) -> None:
    control.post("responses", {"operation": "toy.createContact", "status": 201, "body": "y" * (5 * PIECE_BYTES)})


def test_lists_that_are_read_slowly_share_a_large_queued_response(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_large(control)
    shown: list[Any] = []
    as_json = QueuedResponse.as_json

    def counting(self: QueuedResponse) -> Any:
        shown.append(self)
        return as_json(self)

    monkeypatch.setattr(QueuedResponse, "as_json", counting)
    show = queue_routes.routes(control.mock_app)["GET", "/__admin/responses"]

    async def listed() -> list[Any]:
        lists = [await show(request()) for _ in range(10)]
        assert len(shown) == 1
        return [await whole(each) for each in lists]

    documents = control.api.run(listed())
    assert all(document == documents[0] for document in documents)
    assert len(documents[0]["responses"][0]["body"]) == 5 * PIECE_BYTES


def test_a_list_shows_a_use_that_a_list_before_has_not_shown(control: Control) -> None:
    queue_large(control)
    session = control.mock_app.sessions.get("default")
    show = queue_routes.routes(control.mock_app)["GET", "/__admin/responses"]

    async def listed() -> list[int]:
        before = await show(request())
        session.queue.pending()[0].used += 1
        after = await show(request())
        return [(await whole(each))["responses"][0]["used"] for each in (before, after)]

    assert control.api.run(listed()) == [0, 1]
