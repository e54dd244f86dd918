"""Statistics of a session, counted as exchanges happen and therefore independent of the journal's limits."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, Final, Generic, NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Operation
from crm_mocks.contract.members import ENTRY, Place
from crm_mocks.location import Location
from crm_mocks.state.body_coverage import OperationBodyCoverage
from crm_mocks.state.journal_entry import JournalEntry

OTHERS: Final[Place] = ("…",)
"""Stands for all places and paths beyond the number that is counted individually."""

BROKEN: Final = "broken"
"""State of an exchange whose request breaks the contract or matches no operation."""
REFUSED: Final = "refused"
"""State of an exchange whose request is valid but was refused."""

_MAX_PLACES: Final = 1000
_MAX_PATHS: Final = 200
_MAX_PATH_LENGTH: Final = 200
_MAX_PACKED: Final = 500

CoveredOperation = tuple[str, tuple[tuple[Place, frozenset[Any]], ...]]
"""An operation, and the places of request bodies that were sent, with their enum values."""

_Covered = tuple[CoveredOperation, ...]

_PACKED: Final[dict[tuple[_Covered, tuple[type, ...]], _Covered]] = {}
"""Packed coverage of sessions, by itself and the types of its values, so that equal ones are one object."""


class Occurrences(msgspec.Struct):
    """How often something occurred, and its first occurrence.

    Attributes:
        count: number of occurrences.
        first: id of the first journal entry.
        at: session time of the first occurrence, ISO 8601.
        message: message of the first occurrence.
    """

    count: int
    first: str
    at: str
    message: str = ""


class ExchangeKey(NamedTuple):
    """Groups exchanges by result: fields of `JournalEntry`, and the state `BROKEN`, `REFUSED` or empty."""

    vendor: str
    operation: str
    status: int
    outcome: str
    chosen_by: str
    fault: str
    state: str = ""


class ViolationKey(NamedTuple):
    """Groups violations by rule, place, response and basis."""

    vendor: str
    operation: str
    rule: str
    place: Place
    status: int
    outcome: str
    basis: str = DOCUMENT


class NoticeKey(NamedTuple):
    """Groups notices by kind and place."""

    vendor: str
    operation: str
    kind: str
    place: Place


class UnmatchedKey(NamedTuple):
    """Groups requests that match no operation; the path has no session prefix and is truncated if long."""

    vendor: str
    method: str
    path: str


Key = TypeVar("Key", bound=Hashable)


class _Counts(dict[Key, Occurrences], Generic[Key]):
    """Counts by key."""

    __slots__ = ()

    def add(self, key: Key, entry: JournalEntry, message: str = "") -> None:
        """Count one more."""
        seen = self.get(key)
        if seen is None:
            self[key] = Occurrences(1, entry.id, entry.at, message)
        else:
            seen.count += 1


class SessionStats:
    """Exact counts of one session, whatever the journal has discarded.

    Names chosen by clients (members, paths) are counted individually up to a limit and under `OTHERS` beyond it, so
    memory is bounded and sums stay exact.

    Attributes:
        exchanges: exchanges by result.
        violations: violations by rule and place; one request may break a rule at several array elements.
        notices: notices by kind and place.
        unmatched: requests that match no operation, by method and path.
        stubbed: requests that match no operation but a stub, by method and path.
        defects: contract rules broken by the mocks' own responses, by operation; normally none.
    """

    def __init__(self) -> None:
        self.exchanges: _Counts[ExchangeKey] = _Counts()
        self.violations: _Counts[ViolationKey] = _Counts()
        self.notices: _Counts[NoticeKey] = _Counts()
        self.unmatched: _Counts[UnmatchedKey] = _Counts()
        self.stubbed: _Counts[UnmatchedKey] = _Counts()
        self.defects: _Counts[tuple[str, str]] = _Counts()
        self._coverage: dict[int, OperationBodyCoverage] = {}
        self._packed: _Covered = ()

    def count(self, entry: JournalEntry) -> None:
        """Count a completed exchange."""
        vendor, operation = entry.vendor, entry.operation
        plain = (vendor, operation, entry.status, entry.outcome, entry.chosen_by, entry.fault, _state(entry))
        seen = self.exchanges.get(plain)  # type: ignore[call-overload]  # the key is this tuple with names
        if seen is not None:
            seen.count += 1
        else:
            self.exchanges.add(ExchangeKey(*plain), entry)
        for violation in entry.violations:
            place = place_of(violation.location)
            broken = ViolationKey(
                vendor, operation, violation.rule, place, entry.status, entry.outcome, violation.basis
            )
            if broken not in self.violations and len(self.violations) >= _MAX_PLACES:
                broken = broken._replace(place=OTHERS)
            self.violations.add(broken, entry, violation.message)
        for notice in entry.notices:
            noticed = NoticeKey(vendor, operation, notice.kind, place_of(notice.location))
            if noticed not in self.notices and len(self.notices) >= _MAX_PLACES:
                noticed = noticed._replace(place=OTHERS)
            self.notices.add(noticed, entry, notice.message)
        if not operation:
            if is_unmatched(entry):
                self._count_path(self.unmatched, entry)
            elif is_stubbed(entry):
                self._count_path(self.stubbed, entry)
        for defect in entry.response_defects:
            known = (operation, defect) in self.defects or len(self.defects) < _MAX_PLACES
            self.defects.add((operation, defect if known else OTHERS[0]), entry)

    @staticmethod
    def _count_path(counts: _Counts[UnmatchedKey], entry: JournalEntry) -> None:
        key = UnmatchedKey(entry.vendor, entry.method[:_MAX_PATH_LENGTH], entry.path[:_MAX_PATH_LENGTH])
        if key not in counts and len(counts) >= _MAX_PATHS:
            key = UnmatchedKey(entry.vendor, OTHERS[0], OTHERS[0])
        counts.add(key, entry, entry.violations[0].message if entry.violations else "")

    def record_body(self, operation: Operation, media_type: str, body: object) -> None:
        """Record the documented members and enum values that a request body uses.

        Args:
            operation: operation of the request.
            media_type: media type of the body.
            body: decoded body, valid or not.
        """
        documented = operation.body.media_types.get(media_type) if operation.body else None
        if documented is None:
            return
        about = documented.members
        known = self._coverage.get(id(about))
        if known is None:  # the session's contract may change: coverage of the previous one is kept
            known = self._coverage[id(about)] = OperationBodyCoverage(operation.key, about)
        known.record(body)

    def seen_members(self, operation: str) -> dict[Place, frozenset[Any]]:
        """Return the documented members sent in requests of an operation, each with the enum values sent.

        Args:
            operation: `<vendor>.<operationId>`.
        """
        seen: dict[Place, frozenset[Any]] = {}
        for key, covered in self.covered():
            if key == operation:
                for place, values in covered:
                    known = seen.get(place)
                    seen[place] = values if known is None else known | values
        return seen

    def covered(self) -> Iterator[CoveredOperation]:
        """Yield operations with the places of their request bodies that were sent, and the enum values there."""
        yield from self._packed
        for coverage in self._coverage.values():
            yield coverage.operation, tuple(coverage.bodies.covered())

    def copied(self) -> SessionStats:
        """Return a copy, which other threads may read."""
        copied = SessionStats()
        for name in ("exchanges", "violations", "notices", "unmatched", "stubbed", "defects"):
            getattr(copied, name).update((key, replace(seen)) for key, seen in getattr(self, name).items())
        copied._packed = tuple(self.covered())
        return copied

    def pack(self) -> None:
        """Pack the coverage of request bodies, since the session has ended: most sessions share theirs with others."""
        if self._coverage:
            self._packed = _shared(tuple(self.covered()))
            self._coverage.clear()


def _shared(covered: _Covered) -> _Covered:
    """Return an equal object that other sessions have, if there is one; 1, 1.0 and true differ."""
    if len(_PACKED) >= _MAX_PACKED:
        _PACKED.clear()
    types = [type(value) for _, places in covered for _, values in places for value in values]
    return _PACKED.setdefault((covered, tuple(types)), covered)


def is_unmatched(entry: JournalEntry | ExchangeKey) -> bool:
    """Return whether a request was refused because it matches no operation of any contract."""
    return not entry.operation and entry.status >= 400 and entry.chosen_by == "mock"


def is_stubbed(entry: JournalEntry) -> bool:
    """Return whether a request matches no operation, but a stub."""
    return not entry.operation and entry.chosen_by == "queue"


def _state(entry: JournalEntry) -> str:
    if entry.violations or (not entry.operation and is_unmatched(entry)):
        return BROKEN
    return REFUSED if entry.refused else ""


def place_of(location: Location) -> Place:
    """Return a location with `*` for each array index."""
    return tuple([ENTRY if isinstance(part, int) else part for part in location])
