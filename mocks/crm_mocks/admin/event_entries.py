"""The journal entries that an event stream sends: which ones, and what it shows of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any, Final

from msgspec.structs import replace

from crm_mocks.admin.journal_query import ALL_SESSIONS, JournalQuery
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.per_loop import PerLoop
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.stats import is_unmatched
from crm_mocks.turns import in_turns

NEWEST: Final = 500
"""Maximum number of past entries that a stream begins with, and that a process shows at once of all sessions."""
BATCH: Final = 50
"""Maximum number of entries of a batch; twice as many if half of them broke the contract."""

_MAX_TEXT: Final = 200

_MAX_BEGINNING: Final = 4
"""Number of streams that look for past entries at once, so that those that wait hold none."""

_BEGINNING: Final = PerLoop(partial(asyncio.Semaphore, _MAX_BEGINNING))


def summary(entry: JournalEntry) -> dict[str, Any]:
    """Return what a list shows of an entry."""
    return {
        "id": entry.id,
        "number": entry.number,
        "session": entry.session,
        "at": entry.at,
        "vendor": entry.vendor or None,
        "operation": entry.operation or None,
        "method": entry.method[:20],
        "path": entry.path[:_MAX_TEXT],
        "query": entry.query[:_MAX_TEXT],
        "status": entry.status,
        "outcome": entry.outcome or None,
        "chosen_by": entry.chosen_by,
        "fault": entry.fault or None,
        "unmatched": is_unmatched(entry),
        "violations": len(entry.violations),
        "violation": _first_violation(entry),
        "notices": len(entry.notices),
        "milliseconds": round(entry.milliseconds, 1),
    }


def _first_violation(entry: JournalEntry) -> str | None:
    if not entry.violations:
        return None
    first = entry.violations[0]
    place = ".".join(map(str, first.location[1:])) or str(first.location[0])
    return f"{place}: {first.message}"[:_MAX_TEXT]


async def entries_after(
    mock_app: MockApp, query: JournalQuery, last_numbers: Mapping[str, int], limit: int, *, is_first: bool
) -> tuple[list[dict[str, Any]], int, dict[str, int]]:
    """Return summaries of the entries after those already seen, the number of others, and the last number by session.

    A stream begins with the newest entries of a session. Of later ones, those that broke the contract are left out
    last. There are at most `NEWEST` of all sessions.

    Args:
        mock_app: the mocks.
        query: entries to return.
        last_numbers: number of the last entry seen, by session.
        limit: maximum number of entries of a session; later, of those that broke the contract, and of others.
        is_first: the stream begins with these, so that entries of a session without a number are not left out of it.
    """
    async with _BEGINNING.get() if is_first else nullcontext():
        return await _entries_after(mock_app, query, last_numbers, limit, is_first=is_first)


async def _entries_after(
    mock_app: MockApp, query: JournalQuery, last_numbers: Mapping[str, int], limit: int, *, is_first: bool
) -> tuple[list[dict[str, Any]], int, dict[str, int]]:
    found: list[dict[str, Any]] = []
    numbers: dict[str, int] = {}
    left_out = 0
    async for session in in_turns(mock_app.sessions):
        number = last_numbers.get(session.name)
        if query.session not in (ALL_SESSIONS, session.name) or (number or 0) == session.journal.total:
            continue
        search = await replace(query, session=session.name, after=number).search(mock_app)
        if number is None and is_first:
            shown, others = [summary(each) async for each in search.newest(limit)], 0
        else:
            entries, others = await search.sample(limit)
            shown = list(map(summary, entries))
        left_out += others
        if shown:
            numbers[session.name] = shown[-1]["number"]
            found += shown
        excess = len(found) - NEWEST
        if excess > 0:
            found = found[excess:] if is_first else _without(found, excess)
            left_out += excess if last_numbers else 0
    return found, left_out, numbers


def _without(found: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Leave out the oldest entries, those that broke the contract last."""
    places = sorted(range(len(found)), key=lambda place: (found[place]["violations"] > 0, place))
    left_out = set(places[:count])
    return [each for place, each in enumerate(found) if place not in left_out]


async def entries_here(
    mock_app: MockApp,
    values: Mapping[str, str],
    last_numbers: Mapping[str, int],
    is_first: bool,  # noqa: FBT001  # calls of other workers are positional
) -> tuple[list[dict[str, Any]], int, dict[str, int]]:
    """Return the result of `entries_after` for query parameters; other workers call this."""
    query = JournalQuery.parse(values, mock_app, None)
    return await entries_after(mock_app, query, last_numbers, NEWEST if is_first else BATCH, is_first=is_first)


class EventBatch:
    """Summaries of new entries that have not been sent. Those that broke the contract are left out last."""

    def __init__(self) -> None:
        self.shown: list[dict[str, Any]] = []
        self.left_out = 0
        self._kinds = {True: 0, False: 0}

    def add(self, entry: JournalEntry) -> None:
        """Add an entry, or count it if there are too many of its kind."""
        is_broken = bool(entry.violations)
        if self._kinds[is_broken] < BATCH:
            self._kinds[is_broken] += 1
            self.shown.append(summary(entry))  # not the entry, whose bodies would stay in memory
        else:
            self.left_out += 1
