"""Which exchanges of the journal are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from crm_mocks.admin.journal_search import JournalSearch, PageSlice
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import flag, text, whole_number
from crm_mocks.parsing.media_types import ContentType, Unreadable, content_type, decode
from crm_mocks.state.clock import parse_moment
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.response_queue import matches
from crm_mocks.state.session import Session
from crm_mocks.state.session_registry import DEFAULT_SESSION
from crm_mocks.state.stats import is_unmatched

ALL_SESSIONS: Final = "*"
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
_ABSENT: Final = object()


@dataclass(frozen=True)
class JournalQuery:
    """A question to the journal; what is `None` is not asked about.

    Attributes:
        session: name, or `*` for all.
        after: number of the exchange after which to begin.
        since: session's time from which on to begin.
        limit: how many to show, the newest ones.
        operation: `<vendor>.<operationId>`, or the operationId alone.
        path: as sent, without a session's prefix.
        match: what the request's body must have, as in queued answers.
        unmatched: whether the request was for no operation of any contract.
        violations: whether it broke the contract.
        notices: whether it used deprecated or undocumented names.
    """

    session: str = DEFAULT_SESSION
    after: int | None = None
    since: datetime | None = None
    limit: int | None = None
    vendor: str | None = None
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    status: int | None = None
    outcome: str | None = None
    match: Any = _ABSENT
    unmatched: bool | None = None
    violations: bool | None = None
    notices: bool | None = None

    @classmethod
    def read(cls, values: Mapping[str, Any], mock_app: MockApp, session: str | None) -> JournalQuery:
        """Read a question from a query's parameters or from a JSON body.

        Args:
            values: by the names in `MEMBERS`.
            mock_app: whose vendors and operations may be named.
            session: where `values` name none; `None` is the default session.

        Raises:
            UsageError: a value is not what its member takes, or names what is not served.
        """
        name = text(values, "session") or session or DEFAULT_SESSION
        after, since = _since(values, name)
        method = text(values, "method")
        return cls(
            session=name,
            after=after,
            since=since,
            limit=whole_number(values, "limit", 0, _LARGEST),
            vendor=_vendor(values, mock_app),
            operation=_operation(values, mock_app),
            method=method.upper() if method is not None else None,
            path=text(values, "path"),
            status=whole_number(values, "status", 100, 599),
            outcome=text(values, "outcome"),
            match=values.get("match", _ABSENT),
            unmatched=flag(values, "unmatched"),
            violations=flag(values, "violations"),
            notices=flag(values, "notices"),
        )

    def search(self, mock_app: MockApp) -> JournalSearch:
        """Return the exchanges asked for as they are now, session by session, the oldest first, to be read in parts.

        The limit is left to the caller.
        """
        return JournalSearch(
            [part for session in self._sessions(mock_app) for part in self._parts(session)], self._wanted()
        )

    def in_session(self, entry: JournalEntry) -> bool:
        """Tell whether an exchange is of a session asked for."""
        return self.session in (ALL_SESSIONS, entry.session)

    def wants(self, entry: JournalEntry) -> bool:
        """Tell whether an exchange is asked for, whatever its session and place in the journal."""
        return (
            self.vendor in (None, entry.vendor)
            and self.operation in (None, entry.operation, entry.operation.partition(".")[2])
            and self.method in (None, entry.method)
            and self.path in (None, entry.path)
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

    def _wanted(self) -> Callable[[JournalEntry], bool] | None:
        """Return what tells the exchanges asked for; `None` where all are."""
        return None if replace(self, session=DEFAULT_SESSION, after=None, limit=None) == JournalQuery() else self.wants

    def _parts(self, session: Session) -> list[PageSlice]:
        """Return the exchanges after the one that the question begins with.

        The journal is in the order in which exchanges ended, which may differ from that of their numbers: who asks
        again and again with the last one seen must not miss a slow one.
        """
        pages = session.journal.pages()
        if self.after is None:
            return [PageSlice(page) for page in pages]
        for number, page in enumerate(pages):
            if page.min_number <= self.after <= page.max_number:
                for place, entry in enumerate(page.read(), 1):
                    if entry.number == self.after:
                        return [PageSlice(page, start=place), *map(PageSlice, pages[number + 1 :])]
        return [PageSlice(page, above=self.after) for page in pages if page.max_number > self.after]


def _since(values: Mapping[str, Any], session: str) -> tuple[int | None, datetime | None]:
    """Read `since`: the number or id of an exchange, or a time."""
    raw = values.get("since")
    if raw is None:
        return None, None
    number = str(raw).removeprefix(f"{session}-")
    if number.isascii() and number.isdecimal() and len(number) < 19 and not isinstance(raw, bool):
        return int(number), None
    try:
        return None, parse_moment(raw)
    except UsageError:
        raise UsageError("'since' takes the id or number of an entry, or an ISO 8601 date-time") from None


def _vendor(values: Mapping[str, Any], mock_app: MockApp) -> str | None:
    name = text(values, "vendor")
    if name is not None and name not in mock_app.vendors:
        raise UsageError(f"unknown vendor '{name}': served are {', '.join(mock_app.vendors)}")
    return name


def _operation(values: Mapping[str, Any], mock_app: MockApp) -> str | None:
    name = text(values, "operation")
    if name is not None:
        known = [each for contract in mock_app.contracts.values() for each in contract.operations.values()]
        if not any(name in (each.key, each.id) for each in known):
            raise UsageError(f"unknown operation '{name}': there are {', '.join(each.key for each in known)}")
    return name


def _body(entry: JournalEntry) -> Any:
    """Return a request's body as queued answers see it, credentials struck out: decoded, `None` where it cannot be."""
    entry.redact()
    if any(violation.rule == "syntax" for violation in entry.violations):
        return None  # it was not read then either, perhaps for being too large
    header = next((value for name, value in entry.request_headers if name.lower() == "content-type"), "")
    kind = content_type(header)
    try:
        return decode(entry.request_body, ContentType(kind.media_type or "application/json", kind.charset))
    except Unreadable:
        return None
