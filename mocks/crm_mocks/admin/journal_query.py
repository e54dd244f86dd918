"""Queries to the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from crm_mocks.admin.journal_search import JournalSearch, PageSlice
from crm_mocks.admin.page_counts import PageCounts, page_counts
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import flag, integer, string
from crm_mocks.parsing.media_types import ContentType, Unreadable, content_type, decode
from crm_mocks.state.clock import parse_moment
from crm_mocks.state.journal import JournalPage
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.response_queue import matches
from crm_mocks.state.session import Session
from crm_mocks.state.session_registry import DEFAULT_SESSION
from crm_mocks.state.stats import is_unmatched
from crm_mocks.turns import in_turns

ALL_SESSIONS: Final = "*"
DEFAULT_LIMIT: Final = 10_000
"""Limit of queries without one, newest first, so that a long journal does not exhaust the memory of clients."""

MEMBERS: Final = (
    "session",
    "since",
    "limit",
    "vendor",
    "operation",
    "method",
    "path",
    "status",
    "outcome",
    "match",
    "unmatched",
    "violations",
    "notices",
)
_LARGEST: Final = 1_000_000_000
_LONG_JOURNAL: Final = 4
"""Number of pages from which the counts of a journal are kept."""

_ABSENT: Final = object()


class JournalQuery(msgspec.Struct, frozen=True):
    """A query to the journal; `None` means any value.

    Attributes:
        session: session name, or `*` for all.
        after: number of an exchange; only later exchanges match.
        since: session time; only exchanges at or after it match.
        limit: maximum number of exchanges, newest ones.
        operation: `<vendor>.<operationId>`, or the operationId alone.
        paths: path without session prefix, as sent and as redaction shows it.
        match: pattern for the request body, as in queued responses.
        unmatched: whether the request matched no operation of any contract.
        violations: whether the request broke the contract.
        notices: whether the request used deprecated or undocumented names.
    """

    session: str = DEFAULT_SESSION
    after: int | None = None
    since: datetime | None = None
    limit: int | None = None
    vendor: str | None = None
    operation: str | None = None
    method: str | None = None
    paths: frozenset[str] | None = None
    status: int | None = None
    outcome: str | None = None
    match: Any = _ABSENT
    unmatched: bool | None = None
    violations: bool | None = None
    notices: bool | None = None

    @classmethod
    def parse(cls, values: Mapping[str, Any], mock_app: MockApp, session: str | None) -> JournalQuery:
        """Parse the parameters of a URL query, or a JSON body.

        Args:
            values: values by the names in `MEMBERS`.
            mock_app: defines the vendors and operations that can be named.
            session: session if `values` name none; `None` for the default session.

        Raises:
            UsageError: a value is invalid, or names a vendor or operation that is not served.
        """
        name = string(values, "session") or session or DEFAULT_SESSION
        after, since = _since(values, name)
        method = string(values, "method")
        return cls(
            session=name,
            after=after,
            since=since,
            limit=integer(values, "limit", 0, _LARGEST),
            vendor=_vendor(values, mock_app),
            operation=_operation(values, mock_app),
            method=method.upper() if method is not None else None,
            paths=_paths(values, mock_app),
            status=integer(values, "status", 100, 599),
            outcome=string(values, "outcome"),
            match=values.get("match", _ABSENT),
            unmatched=flag(values, "unmatched"),
            violations=flag(values, "violations"),
            notices=flag(values, "notices"),
        )

    async def search(self, mock_app: MockApp) -> JournalSearch:
        """Return a search over a snapshot of the journal, session by session, oldest first, ignoring `limit`."""
        slices = [each async for session in in_turns(self._sessions(mock_app)) for each in self._slices(session)]
        return JournalSearch(slices, self._predicate())

    def includes_session_of(self, entry: JournalEntry) -> bool:
        """Return whether an exchange belongs to a session of the query."""
        return self.session in (ALL_SESSIONS, entry.session)

    def matches(self, entry: JournalEntry) -> bool:
        """Return whether an exchange matches, ignoring `session`, `after` and `limit`."""
        return (
            self.vendor in (None, entry.vendor)
            and self.operation in (None, entry.operation, entry.operation.partition(".")[2])
            and self.method in (None, entry.method)
            and (self.paths is None or entry.path in self.paths)
            and self.status in (None, entry.status)
            and self.outcome in (None, entry.outcome)
            and self.unmatched in (None, is_unmatched(entry))
            and self.violations in (None, bool(entry.violations))
            and self.notices in (None, bool(entry.notices))
            and (self.since is None or datetime.fromisoformat(entry.at) >= self.since)
            and (self.match is _ABSENT or matches(self.match, _body(entry)))
        )

    def _sessions(self, mock_app: MockApp) -> Iterator[Session]:
        if self.session == ALL_SESSIONS:
            yield from mock_app.sessions
            return
        known = mock_app.sessions.find(self.session)
        if known is not None:
            yield known

    def _criteria(self) -> JournalQuery:
        """Return the query that matches the same exchanges, wherever they are."""
        return replace(self, session=DEFAULT_SESSION, after=None, limit=None)

    def _predicate(self) -> Callable[[JournalEntry], bool] | None:
        """Return the predicate for exchanges, or `None` if all of them match."""
        return None if self._criteria() == JournalQuery() else self.matches

    def _counts(self, session: Session, pages: list[JournalPage]) -> PageCounts | None:
        """Return what earlier searches have counted; nothing is kept of short journals and of patterns for bodies."""
        if len(pages) < _LONG_JOURNAL or self.match is not _ABSENT or self._predicate() is None:
            return None
        counts = page_counts(session.journal, self._criteria())
        counts.keep(pages)
        return counts

    def _slices(self, session: Session) -> list[PageSlice]:
        """Return the part of the journal behind the exchange `after`.

        The journal is ordered by the end of exchanges, not by number, so that clients that poll with the last exchange
        seen do not miss slow ones.
        """
        pages = session.journal.pages(held=False)
        counts = self._counts(session, pages)
        if self.after is None:
            return [PageSlice(page, counts=counts) for page in pages]
        for number, page in enumerate(pages):
            if page.min_number <= self.after <= page.max_number:
                for place, entry in enumerate(page.read(), 1):
                    if entry.number == self.after:
                        others = [PageSlice(each, counts=counts) for each in pages[number + 1 :]]
                        return [PageSlice(page, start=place, counts=counts), *others]
        return [PageSlice(page, above=self.after) for page in pages if page.max_number > self.after]


def find_entry(mock_app: MockApp, entry_id: str) -> JournalEntry | None:
    """Return the exchange with an id, or `None` if the journal does not have it, or no longer."""
    name, _, text = entry_id.rpartition("-")
    session, number = mock_app.sessions.find(name), parse_digits(text)
    if session is None or number is None:
        return None
    for page in session.journal.pages(held=False):
        if page.min_number <= number <= page.max_number:
            for entry in page.read():
                if entry.number == number:
                    return entry
    return None


def _since(values: Mapping[str, Any], session: str) -> tuple[int | None, datetime | None]:
    """Parse `since`: the number or id of an exchange, or a time."""
    raw = values.get("since")
    if raw is None:
        return None, None
    number = parse_digits(str(raw).removeprefix(f"{session}-"))
    if number is not None:
        return number, None
    try:
        return None, parse_moment(raw)
    except UsageError:
        raise UsageError("'since' must be the id or number of an entry, or an ISO 8601 date-time") from None


def _vendor(values: Mapping[str, Any], mock_app: MockApp) -> str | None:
    name = string(values, "vendor")
    return None if name is None else mock_app.vendor(name).name


def _operation(values: Mapping[str, Any], mock_app: MockApp) -> str | None:
    name = string(values, "operation")
    if name is not None:
        known = mock_app.operations
        if not any(name in (each.key, each.id) for each in known):
            raise UsageError(f"unknown operation '{name}': known are {', '.join(each.key for each in known)}")
    return name


def _paths(values: Mapping[str, Any], mock_app: MockApp) -> frozenset[str] | None:
    path = string(values, "path")
    if path is None:
        return None
    operations = mock_app.operations
    found = {mock_app.router.find(each, path).operation_id for each in {each.method for each in operations}}
    matched = [each for each in operations if each.id in found]
    return frozenset({path, *(mock_app.redaction.path(path, each) for each in (None, *matched))})


def _body(entry: JournalEntry) -> Any:
    """Return the decoded request body, or `None` if it cannot be decoded."""
    if any(violation.rule == "syntax" for violation in entry.violations):
        return None  # it was unreadable when it arrived, perhaps because it was too large
    header = next((value for name, value in entry.request_headers if name.lower() == "content-type"), "")
    kind = content_type(header)
    try:
        return decode(entry.request_body, ContentType(kind.media_type or "application/json", kind.charset))
    except Unreadable:
        return None
