"""Lists of a long journal and its HAR are sent in pieces, read as the client takes them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crm_mocks.admin.pieces import PIECE_BYTES
from crm_mocks.asgi.transport import Message
from crm_mocks.state import journal, spill_file
from crm_mocks.vendor import Vendor
from tests.admin.conftest import Control
from tests.conftest import Api
from tests.state.exchanges import exchange

BODY_BYTES = 40_000
FORMS = ("requests", "requests/unmatched", "requests/har")
forms = pytest.mark.parametrize("path", FORMS)


class Long:
    """A journal of big exchanges, most of them in the file."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.read = 0
        self.pieces: list[bytes] = []
        self.most_unsent = 0
        self.start: Message = {}

    def fill(self, count: int) -> None:
        kept = self.control.mock_app.sessions.get("default").journal
        for _ in range(count):
            number = kept.next_number()
            kept.append(
                exchange(number, "default", vendor="", operation="", status=404, request_body=b"x" * BODY_BYTES)
            )
        assert kept.in_memory < 40

    def ask(self, path: str, pieces: int = 1_000_000) -> None:
        """Send a request, and disconnect after some pieces."""
        self.read, self.most_unsent = 0, 0
        self.pieces.clear()
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": f"/__admin/{path}",
            "raw_path": f"/__admin/{path}".encode(),
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1:4010")],
            "server": ("127.0.0.1", 4010),
            "client": ("127.0.0.1", 1),
        }
        self.control.api.run(self._ask(scope, pieces))

    async def _ask(self, scope: dict[str, Any], pieces: int) -> None:
        gone = asyncio.Event()
        requested = False
        sent = 0

        async def receive() -> Message:
            nonlocal requested
            if not requested:
                requested = True
                return {"type": "http.request", "body": b"", "more_body": False}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            nonlocal sent
            if message["type"] == "http.response.start":
                self.start = message
                return
            self.most_unsent = max(self.most_unsent, self.read - sent)
            self.pieces.append(message["body"])
            sent += message["body"].count(b"x" * BODY_BYTES)
            if len(self.pieces) >= pieces:
                gone.set()
                await asyncio.sleep(0)

        await self.control.api.app(scope, receive, send)


@pytest.fixture
def long(api: Callable[..., Api], toy_vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Long]:
    control = Control(api(toy_vendor, settings={"host.journal_bytes": 1024 * 1024}))
    made = Long(control)
    for module in (journal, spill_file):
        monkeypatch.setattr(module, "decode_entries", counting(made, module.decode_entries))
    yield made
    control.mock_app.sessions.get("default").journal.clear()


def counting(long: Long, decode: Callable[[bytes], list[Any]]) -> Callable[[bytes], list[Any]]:
    def decoded(data: bytes) -> list[Any]:
        entries = decode(data)
        long.read += len(entries)
        return entries

    return decoded


@pytest.mark.one_process
@pytest.mark.parametrize("path", ["requests", "requests/har"])
def test_memory_does_not_increase_with_the_length_of_the_journal(long: Long, path: str) -> None:
    held = []
    for count in (60, 60):
        long.fill(count)
        long.ask(path)
        assert max(map(len, long.pieces)) < PIECE_BYTES + 2 * BODY_BYTES
        held.append(long.most_unsent)
    assert len(long.pieces) > 50
    assert held[0] == held[1] < 40


@pytest.mark.one_process
@forms
def test_the_pieces_are_one_document(long: Long, path: str) -> None:
    long.fill(60)
    long.ask(path)
    document = json.loads(b"".join(long.pieces))
    entries = document["log"]["entries"] if path == "requests/har" else document["requests"]
    ids = [entry["comment" if path == "requests/har" else "id"] for entry in entries]
    assert ids == [f"default-{number}" for number in range(1, 61)]
    assert b"content-length" not in {name.lower() for name, _ in long.start["headers"]}


@pytest.mark.one_process
@pytest.mark.parametrize("path", ["requests", "requests/har"])
def test_nothing_more_is_read_for_a_client_that_has_left(long: Long, path: str) -> None:
    long.fill(120)
    long.ask(path, pieces=3)
    assert len(long.pieces) < 6
    assert long.read < 40


@forms
def test_a_short_list_has_a_length(api: Callable[..., Api], toy_vendor: Vendor, path: str) -> None:
    control = Control(api(toy_vendor))
    control.api.get("/toy/nothing")
    response = control.get(path)
    assert response.headers["content-length"] == str(len(response.content))


@pytest.mark.one_process
@forms
def test_a_head_request_of_a_long_list_has_no_length(long: Long, path: str) -> None:
    long.fill(60)
    response = long.control.api.request("HEAD", f"/__admin/{path}")
    assert (response.status_code, response.content) == (200, b"")
    assert "content-length" not in response.headers


@pytest.mark.one_process
def test_a_har_has_the_newest_up_to_the_limit(long: Long) -> None:
    long.fill(5)
    entries = long.control.get("requests/har?limit=2").json()["log"]["entries"]
    assert [entry["comment"] for entry in entries] == ["default-4", "default-5"]
