"""Server-sent events of journal entries, for the live page.

The mocks do nothing for it unless a page is open. A stream sends at most ten batches a second of bounded size: what
exceeds that is counted, and can be found in the journal.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

import orjson

from crm_mocks.admin.disconnection import client_closes
from crm_mocks.admin.event_entries import NEWEST, EventBatch, entries_after
from crm_mocks.admin.journal_query import MEMBERS, JournalQuery
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.request_headers import header_values
from crm_mocks.asgi.transport import Receive, Scope, Send
from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.parsing.json_members import reject_unknown
from crm_mocks.state.journal_entry import JournalEntry

EVENTS: Final = "/__admin/events"
PAUSE_SECONDS: Final = 0.1
HEARTBEAT_SECONDS: Final = 15.0
_MAX_SESSIONS: Final = 100
"""Number of sessions whose last entry is remembered for a stream that is resumed."""
POLL_SECONDS: Final = 0.3
"""Time between two questions to all workers."""
CALL: Final = "entries after"
"""Name of the function that other workers can call."""


class EntrySource(Protocol):
    """Where the entries of several processes are asked for."""

    async def gather(self, call: str, *arguments: Any) -> list[Any]:
        """See `Peers.gather`; the call is `CALL`."""


class EventStream:
    """One stream of journal entries.

    Attributes:
        source: where the entries of all processes are asked for; `None` if there is only this one.
    """

    def __init__(self, mock_app: MockApp, values: Mapping[str, str], session: str | None, last_id: str) -> None:
        """Prepare a stream.

        Args:
            mock_app: the mocks.
            values: query parameters.
            session: session if the parameters name none; `None` for the default session.
            last_id: id of the last event that the client has seen; empty if none.
        """
        self._mock_app = mock_app
        self._query = JournalQuery.parse(values, mock_app, session)
        self._values = {**values, "session": self._query.session}
        self.source: EntrySource | None = mock_app.peers
        self._batch = EventBatch()
        self._arrived = asyncio.Event()
        self._is_stopping = False
        self._last_numbers = OrderedDict(_parse_id(last_id))

    @classmethod
    def parse(cls, values: Mapping[str, str], scope: Scope, mock_app: MockApp, session: str | None) -> EventStream:
        """Return the stream for a request.

        Args:
            values: query parameters, as for `GET /__admin/requests`.
            scope: ASGI scope of the request.
            mock_app: the mocks.
            session: session if the parameters name none; `None` for the default session.

        Raises:
            UsageError: a parameter is unknown or invalid.
        """
        reject_unknown(values, MEMBERS)
        last_ids = header_values(scope["headers"], b"last-event-id")
        return cls(mock_app, values, session, last_ids[0] if last_ids else "")

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the client disconnects or the server stops.

        Args:
            scope: ASGI scope of the request.
            receive: ASGI channel, after the request's body.
            send: ASGI channel.
        """
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        self._mock_app.listeners.append(self._listen)
        self._mock_app.on_stop.append(self._stop)
        sending = asyncio.ensure_future(self._send_events(send))
        gone = asyncio.ensure_future(client_closes(scope, receive))
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._mock_app.listeners.remove(self._listen)
            self._mock_app.on_stop.remove(self._stop)
            self._stop()  # whatever the task waits for may take its cancellation for a time-out
            gone.cancel()
            sending.cancel()
            await asyncio.wait((sending,))
        if not sending.cancelled():
            sending.result()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _listen(self, entry: JournalEntry) -> None:
        if self._query.includes_session_of(entry) and self._query.matches(entry):
            self._batch.add(entry)
            self._arrived.set()

    def _stop(self) -> None:
        self._is_stopping = True
        self._arrived.set()

    async def _send_events(self, send: Send) -> None:
        await _send(send, b"retry: 1000\n\n")
        if self.source is not None:
            await self._poll(send, self.source)
            return
        await _send(send, self._event(*await self._past(), is_first=True))
        while not self._is_stopping:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await self._arrived.wait()
            except TimeoutError:
                await _send(send, b": idle\n\n")
                continue
            self._arrived.clear()
            await _send(send, self._next_event())
            if not self._is_stopping:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _past(self) -> tuple[list[dict[str, Any]], int, dict[str, int]]:
        return await entries_after(self._mock_app, self._query, self._last_numbers, NEWEST, is_first=True)

    def _next_event(self) -> bytes:
        batch, self._batch = self._batch, EventBatch()
        return self._event(batch.shown, batch.left_out, {})

    async def _poll(self, send: Send, source: EntrySource) -> None:
        """Send the new entries of all workers, a few times a second: only entries of this one are announced here."""
        is_first = True
        while not self._is_stopping:
            await _send(send, await self._asked(source, is_first=is_first))
            is_first = False
            await asyncio.sleep(POLL_SECONDS)

    async def _asked(self, source: EntrySource, *, is_first: bool) -> bytes:
        results = await source.gather(CALL, self._values, dict(self._last_numbers), is_first)
        entries = [each for found, _, _ in results for each in found]
        numbers = {name: number for _, _, last in results for name, number in last.items()}
        return self._event(entries, sum(count for _, count, _ in results), numbers, is_first=is_first)

    def _event(
        self, shown: list[dict[str, Any]], left_out: int, numbers: Mapping[str, int], *, is_first: bool = False
    ) -> bytes:
        """Return the event for entries, so that a client that reads slowly holds no others; empty without entries."""
        if not shown and not left_out and not is_first:
            return b""
        for each in shown:
            self._last_numbers[each["session"]] = each["number"]
            self._last_numbers.move_to_end(each["session"])
        self._last_numbers.update(numbers)  # also of sessions whose last entry is left out
        data = orjson.dumps({"entries": shown, "left_out": left_out, "first": is_first})
        event_id = "&".join(f"{name}={number}" for name, number in [*self._last_numbers.items()][-_MAX_SESSIONS:])
        return b"id: %s\nevent: entries\ndata: %s\n\n" % (event_id.encode(), data)


def _parse_id(event_id: str) -> Iterable[tuple[str, int]]:
    """Yield session names and numbers of entries of an event's id; what is not one is ignored."""
    for part in event_id.split("&")[:_MAX_SESSIONS]:
        name, _, text = part.partition("=")
        number = parse_digits(text)
        if name and number is not None:
            yield name, number


async def _send(send: Send, text: bytes) -> None:
    if text:
        await send({"type": "http.response.body", "body": text, "more_body": True})
