"""Server-sent events of journal entries."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

import crm_mocks
from crm_mocks.admin import event_entries, events
from crm_mocks.admin.journal_query import JournalQuery
from crm_mocks.server.thread import Mocks
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.vendor import Vendor

CONTACTS = "/toy/contacts"


@pytest.fixture
def mocks(toy_vendor: Vendor) -> Iterator[Mocks]:
    with crm_mocks.serve([toy_vendor], port=0, seed=1) as served:
        yield served


class Reader:
    """Reads the events of a stream."""

    def __init__(self, mocks: Mocks, query: str = "", **headers: str) -> None:
        self._client = httpx.Client()
        self._stream = self._client.stream("GET", f"{mocks.url}/__admin/events{query}", headers=headers)
        self.response = self._stream.__enter__()
        self._lines = self.response.iter_lines()
        self.last_id = ""

    def next(self) -> dict[str, Any]:
        """Return the data of the next event."""
        for line in self._lines:
            if line.startswith("id: "):
                self.last_id = line[4:]
            if line.startswith("data: "):
                found: dict[str, Any] = json.loads(line[6:])
                return found
        raise EOFError

    def close(self) -> None:
        self._stream.__exit__(None, None, None)
        self._client.close()


@pytest.fixture
def reading(mocks: Mocks) -> Iterator[Any]:
    made: list[Reader] = []

    def read(query: str = "", **headers: str) -> Reader:
        made.append(Reader(mocks, query, **headers))
        return made[-1]

    yield read
    for each in made:
        each.close()


def send(mocks: Mocks, email: Any = "a@b.c", session: str = "default") -> None:
    httpx.post(f"{mocks.url}/~{session}{CONTACTS}", json={"email": email}, headers={"X-Key": "demo-key"})


def statuses(batch: dict[str, Any]) -> list[int]:
    return [entry["status"] for entry in batch["entries"]]


def test_a_stream_begins_with_the_journal(mocks: Mocks, reading: Any) -> None:
    send(mocks)
    batch = reading().next()
    assert (batch["first"], statuses(batch)) == (True, [201])


def test_requests_appear_as_they_come(mocks: Mocks, reading: Any) -> None:
    stream = reading()
    assert stream.next()["entries"] == []
    send(mocks, 7)
    (entry,) = stream.next()["entries"]
    assert (entry["id"], entry["violations"]) == ("default-1", 1)
    assert entry["violation"].startswith("email: ")


def test_only_matching_requests_appear(mocks: Mocks, reading: Any) -> None:
    stream = reading("?violations=true&session=*")
    stream.next()
    send(mocks)
    send(mocks, 7, "other")
    assert [entry["session"] for entry in stream.next()["entries"]] == ["other"]


def test_a_resumed_stream_sends_what_was_missed(mocks: Mocks, reading: Any) -> None:
    send(mocks)
    first = reading()
    first.next()
    first.close()
    send(mocks, 7)
    resumed = reading(**{"Last-Event-ID": first.last_id}).next()
    assert [entry["id"] for entry in resumed["entries"]] == ["default-2"]


@pytest.mark.parametrize("last_id", ["", "nonsense", "a=b&=&default=x", "default=99999999999999999999", "&" * 500])
def test_a_strange_last_id_is_ignored(mocks: Mocks, reading: Any, last_id: str) -> None:
    send(mocks)
    assert statuses(reading(**{"Last-Event-ID": last_id}).next()) == [201]


async def entries_of(mocks: Mocks) -> list[JournalEntry]:
    return list(mocks.mock_app.sessions.get("default").journal.entries())


def test_too_many_at_once_are_sampled_and_counted(mocks: Mocks, reading: Any) -> None:
    count = 4 * event_entries.BATCH

    send(mocks, 7)
    send(mocks)
    broken, harmless = mocks.run(entries_of(mocks))
    stream = reading()
    stream.next()

    async def burst() -> None:  # all within one turn of the loop
        for entry in [harmless] * count + [broken] * 3:
            for listen in mocks.mock_app.listeners:
                listen(entry)

    mocks.run(burst())
    entries: list[Any] = []
    left_out = 0
    while len(entries) + left_out < count + 3:
        batch = stream.next()
        assert len(batch["entries"]) <= 2 * event_entries.BATCH
        entries += batch["entries"]
        left_out += batch["left_out"]
    assert left_out > 0
    assert sum(entry["status"] == 400 for entry in entries) == 3  # those that broke the contract are kept


def test_entries_of_a_session_that_begins_during_a_stream_are_counted(mocks: Mocks) -> None:
    """As with several workers, whose entries are read from time to time."""
    for number in range(event_entries.BATCH + 7):
        send(mocks, f"{number}@example.com", session="new")
    values = {"session": "*"}
    for is_first, left_out in ((True, 0), (False, 7)):
        found, count, _ = mocks.run(event_entries.entries_here(mocks.mock_app, values, {}, is_first))
        assert (len(found), count) == (event_entries.BATCH + (7 if is_first else 0), left_out)


def test_of_a_burst_that_is_read_those_that_broke_the_contract_are_kept(mocks: Mocks) -> None:
    """As with several workers or a shared state."""
    send(mocks, 7)
    send(mocks)
    broken, harmless = mocks.run(entries_of(mocks))

    async def burst() -> None:
        journal = mocks.mock_app.sessions.get("default").journal
        for entry in [broken] * 3 + [harmless] * (3 * event_entries.BATCH):
            journal.append(replace(entry, number=journal.next_number()))

    mocks.run(burst())
    found, left_out, _ = mocks.run(event_entries.entries_here(mocks.mock_app, {"session": "*"}, {"default": 2}, False))
    assert [entry["number"] for entry in found if entry["violations"]] == [3, 4, 5]
    assert found[-1]["number"] == 5 + 3 * event_entries.BATCH  # nothing is read twice
    assert (len(found), left_out) == (3 + event_entries.BATCH, 2 * event_entries.BATCH)


@pytest.mark.parametrize(
    ("is_first", "sessions"), [(True, ["s3", "s3", "s4", "s4"]), (False, ["s0", "s3", "s4", "s4"])]
)
def test_there_is_a_bound_for_all_sessions_together(
    mocks: Mocks,
    monkeypatch: pytest.MonkeyPatch,
    is_first: bool,
    sessions: list[str],
) -> None:
    """As with several workers or a shared state, whose other sessions must not seem new afterwards."""
    monkeypatch.setattr(event_entries, "NEWEST", 4)
    for number in range(5):
        send(mocks, 7 if number == 0 else "a@example.com", session=f"s{number}")
        send(mocks, "b@example.com", session=f"s{number}")
    seen = {} if is_first else {"another": 1}
    found, left_out, numbers = mocks.run(event_entries.entries_here(mocks.mock_app, {"session": "*"}, seen, is_first))
    assert [entry["session"] for entry in found] == sessions  # those that broke the contract are left out last
    assert left_out == (0 if is_first else 6)
    assert numbers == {f"s{number}": 2 for number in range(5)}
    assert mocks.run(event_entries.entries_here(mocks.mock_app, {"session": "*"}, numbers, False)) == ([], 0, {})


def test_nothing_listens_when_the_page_is_closed(mocks: Mocks, reading: Any) -> None:
    stream = reading()
    stream.next()
    assert len(mocks.mock_app.listeners) == 1
    stream.close()
    deadline = time.monotonic() + 60
    while (mocks.mock_app.listeners or mocks.mock_app.on_stop) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (mocks.mock_app.listeners, mocks.mock_app.on_stop) == ([], [])


def test_a_stream_ends_when_the_server_stops(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        stream = Reader(mocks)
        stream.next()
        ended = threading.Event()

        def read() -> None:
            with pytest.raises(EOFError):
                stream.next()
            ended.set()

        threading.Thread(target=read, daemon=True).start()
    assert ended.wait(60)
    stream.close()


def test_a_wrong_filter_is_refused(mocks: Mocks) -> None:
    assert httpx.get(f"{mocks.url}/__admin/events?vendor=nobody").status_code == 400
    assert httpx.get(f"{mocks.url}/__admin/events?wait_ms=1").status_code == 400


def test_credentials_are_not_shown(mocks: Mocks, reading: Any) -> None:
    stream = reading()
    stream.next()
    httpx.get(f"{mocks.url}/nowhere?api_key=hunter2")
    assert "hunter2" not in json.dumps(stream.next())


def test_events_can_only_be_read(mocks: Mocks) -> None:
    response = httpx.post(f"{mocks.url}/__admin/events")
    assert (response.status_code, set(response.headers["Allow"].split(", "))) == (405, {"GET", "HEAD", "OPTIONS"})


def test_a_client_that_leaves_ends_its_stream_even_if_the_state_takes_the_end_for_a_time_out(
    toy_vendor: Vendor,
) -> None:
    asked = asyncio.Event()

    class Source:
        async def gather(self, *_: Any) -> list[Any]:
            asked.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                return [([], 0, {})]

    sent: list[bytes] = []

    async def receive() -> Any:
        await asked.wait()
        return {"type": "http.disconnect"}

    async def send_unless_complete(message: Any) -> None:
        assert not sent or sent[-1], "the response is complete"
        sent.append(message.get("body", b"head"))

    async def leave() -> None:
        stream = events.EventStream(crm_mocks.create_app([toy_vendor]).mock_app, {}, None, "")
        stream.source = Source()
        await stream.serve({"type": "http"}, receive, send_unless_complete)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(leave())
    assert sent[-1] == b""


def test_sessions_without_exchanges_are_not_searched(toy_vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    mock_app = crm_mocks.create_app([toy_vendor]).mock_app
    for name in ("one", "two"):
        mock_app.sessions.get(name)
    monkeypatch.setattr(JournalQuery, "search", lambda *_: pytest.fail("searched"))
    later = event_entries.entries_after(mock_app, JournalQuery(session="*"), {}, 1, is_first=False)
    assert asyncio.run(later) == ([], 0, {})
