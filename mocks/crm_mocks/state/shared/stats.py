"""Statistics of a shared session: counted by every process from the log, which describes each exchange."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from crm_mocks.contract import Notice, Operation
from crm_mocks.contract.members import Place
from crm_mocks.state.body_coverage import BodyCoverage
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.shared.transaction import Change, Recorder
from crm_mocks.state.stats import (
    CoveredOperation,
    ExchangeKey,
    NoticeKey,
    Occurrences,
    SessionStats,
    UnmatchedKey,
    ViolationKey,
)
from crm_mocks.violations import Violation

EXCHANGE: Final = "exchange"
COVERED: Final = "covered"
STATS: Final = "stats"

_MAX_PATH_LENGTH: Final = 200
"""The statistics use no more of a path."""

_COUNTS: Final = ("exchanges", "violations", "notices", "unmatched", "stubbed", "defects")
_KEYS: Final = {
    "exchanges": ExchangeKey,
    "violations": ViolationKey,
    "notices": NoticeKey,
    "unmatched": UnmatchedKey,
    "stubbed": UnmatchedKey,
}
"""Types of the keys; `defects` has plain tuples."""


class SharedStats(SessionStats):
    """Statistics whose body coverage is recorded, and that count exchanges of other processes."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder
        self._seen: dict[str, dict[Place, set[Any]]] = {}
        self._known: dict[int, BodyCoverage] = {}  # by documented members, less than `_seen`, to find news fast

    def record_body(self, operation: Operation, media_type: str, body: object) -> None:
        """See `SessionStats.record_body`."""
        documented = operation.body.media_types.get(media_type) if operation.body else None
        if documented is None:
            return
        about = documented.members
        known = self._known.get(id(about))
        if known is None:
            known = self._known[id(about)] = BodyCoverage(about)
        if not known.adds(body):
            return
        coverage = BodyCoverage(about)
        coverage.record(body)
        seen = self._seen.get(operation.key, {})
        news = [
            [list(place), sorted(values - seen.get(place, set()), key=repr)]
            for place, values in coverage.covered()
            if place not in seen or not values <= seen[place]
        ]
        if news:
            self._recorder.record([COVERED, operation.key, news], lambda: None)  # applied when it is committed
        else:
            known.record(body)

    def seen_members(self, operation: str) -> dict[Place, frozenset[Any]]:
        """See `SessionStats.seen_members`."""
        return {place: frozenset(values) for place, values in self._seen.get(operation, {}).items()}

    def covered(self) -> Iterator[CoveredOperation]:
        """See `SessionStats.covered`."""
        for operation in self._seen:
            yield operation, tuple(self.seen_members(operation).items())

    def apply(self, change: Change) -> bool:
        """Apply a change of the log, by whichever process; return whether it is one of the statistics."""
        code, *arguments = change
        if code == COVERED:
            operation, news = arguments
            seen = self._seen.setdefault(operation, {})
            for place, values in news:
                seen.setdefault(tuple(place), set()).update(values)
        elif code == STATS:
            self._load(arguments[0])
        else:
            return False
        return True

    def snapshot(self) -> Iterator[Change]:
        """Yield changes that give empty statistics these counts."""
        groups = {
            name: [
                [list(key), seen.count, seen.first, seen.at, seen.message] for key, seen in getattr(self, name).items()
            ]
            for name in _COUNTS
        }
        yield [STATS, groups]
        for operation, seen in self._seen.items():
            yield [COVERED, operation, [[list(place), sorted(values, key=repr)] for place, values in seen.items()]]

    def _load(self, groups: dict[str, Iterable[list[Any]]]) -> None:
        for name, rows in groups.items():
            counts = getattr(self, name)
            key_type = _KEYS.get(name)
            for key, count, first, at, message in rows:
                parts = [tuple(part) if isinstance(part, list) else part for part in key]
                counts[key_type(*parts) if key_type else tuple(parts)] = Occurrences(count, first, at, message)


def exchange_change(entry: JournalEntry) -> Change:
    """Return the change that describes an exchange to the statistics."""
    return [
        EXCHANGE,
        entry.number,
        entry.at,
        entry.vendor,
        entry.operation,
        entry.method[:_MAX_PATH_LENGTH],
        entry.path[:_MAX_PATH_LENGTH],
        entry.status,
        entry.outcome,
        entry.chosen_by,
        str(entry.fault),
        entry.refused,
        [[list(each.location), each.rule, each.message, each.basis] for each in entry.violations],
        [[each.kind, list(each.location), each.message] for each in entry.notices],
        entry.response_defects,
    ]


def exchange_of(change: Change, session: str) -> JournalEntry:
    """Return an entry with the fields that the statistics read."""
    number, at, vendor, operation, method, path, status, outcome, chosen_by, fault, refused = change[1:12]
    violations, notices, defects = change[12:]
    return JournalEntry(
        id=f"{session}-{number}",
        number=number,
        session=session,
        at=at,
        vendor=vendor,
        operation=operation,
        method=method,
        path=path,
        query="",
        request_headers=[],
        request_body=b"",
        status=status,
        outcome=outcome,
        response_headers=[],
        response_body=b"",
        chosen_by=chosen_by,
        violations=[
            Violation(tuple(location), rule, message, None, basis) for location, rule, message, basis in violations
        ],
        notices=[Notice(kind, tuple(location), message) for kind, location, message in notices],
        digest="",
        response_defects=defects,
        fault=fault,
        refused=refused,
    )
