"""The tally: what the exchanges of a session come to, counted as they happen, so that no cap of the journal matters."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final, Generic, NamedTuple, TypeVar

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Operation
from crm_mocks.contract.members import ENTRY, Place
from crm_mocks.state.body_coverage import BodyCoverage
from crm_mocks.state.journal_entry import JournalEntry

OTHERS: Final[Place] = ("…",)
"""Stands for the places, and paths, that are too many to be told apart."""

BROKEN: Final = "broken"
"""State of an exchange whose request breaks the contract, or for which no operation was found."""
REFUSED: Final = "refused"
"""State of an exchange whose request breaks nothing, and was refused."""

_PLACES: Final = 1000
_PATHS: Final = 200
_PATH_LENGTH: Final = 200


@dataclass(slots=True)
class Occurrences:
    """How often something was seen, and in which exchange first.

    Attributes:
        count: how often.
        first: id of the journal's entry.
        at: the session's time then, ISO 8601.
        message: what was said of it then.
    """

    count: int
    first: str
    at: str
    message: str = ""


class ExchangeKey(NamedTuple):
    """A way in which exchanges end; fields as in `JournalEntry`, and its state: `BROKEN`, `REFUSED` or empty."""

    vendor: str
    operation: str
    status: int
    outcome: str
    chosen_by: str
    fault: str
    state: str = ""


class ViolationKey(NamedTuple):
    """A rule broken at a place of requests that were answered so; its basis as in `Violation`."""

    vendor: str
    operation: str
    rule: str
    place: Place
    status: int
    outcome: str
    basis: str = DOCUMENT


class NoticeKey(NamedTuple):
    """A notice given at a place of requests."""

    vendor: str
    operation: str
    kind: str
    place: Place


class UnmatchedKey(NamedTuple):
    """A request for no operation of any contract; the path without a session's prefix, and cut when it is long."""

    vendor: str
    method: str
    path: str


Key = TypeVar("Key", bound=Hashable)


class _Counts(dict[Key, Occurrences], Generic[Key]):
    """Counts by key."""

    def add(self, key: Key, entry: JournalEntry, message: str = "") -> None:
        """Count one more."""
        seen = self.get(key)
        if seen is None:
            self[key] = Occurrences(1, entry.id, entry.at, message)
        else:
            seen.count += 1


class SessionStats:
    """Counts of one session, exact whatever the journal has given up.

    Where clients choose the words (member names, paths), the first so many are told apart and the rest is counted
    together under `OTHERS`, so that memory is bounded and sums stay exact.

    Attributes:
        exchanges: by how they ended.
        violations: by rule and place. A rule that one request breaks at several entries of an array counts each time.
        notices: likewise.
        unmatched: requests for no operation, by path and method.
        defects: rules of the contract that our own answers broke, by operation and rule; normally none.
    """

    def __init__(self) -> None:
        self.exchanges: _Counts[ExchangeKey] = _Counts()
        self.violations: _Counts[ViolationKey] = _Counts()
        self.notices: _Counts[NoticeKey] = _Counts()
        self.unmatched: _Counts[UnmatchedKey] = _Counts()
        self.defects: _Counts[tuple[str, str]] = _Counts()
        self._census: dict[int, tuple[str, BodyCoverage]] = {}

    def count(self, entry: JournalEntry) -> None:
        """Count a finished exchange."""
        vendor, operation = entry.vendor, entry.operation
        self.exchanges.add(
            ExchangeKey(vendor, operation, entry.status, entry.outcome, entry.chosen_by, entry.fault, _state(entry)),
            entry,
        )
        for violation in entry.violations:
            place = place_of(violation.location)
            broken = ViolationKey(
                vendor, operation, violation.rule, place, entry.status, entry.outcome, violation.basis
            )
            if broken not in self.violations and len(self.violations) >= _PLACES:
                broken = broken._replace(place=OTHERS)
            self.violations.add(broken, entry, violation.message)
        for notice in entry.notices:
            noticed = NoticeKey(vendor, operation, notice.kind, place_of(notice.location))
            if noticed not in self.notices and len(self.notices) >= _PLACES:
                noticed = noticed._replace(place=OTHERS)
            self.notices.add(noticed, entry, notice.message)
        if is_unmatched(entry):
            self._count_unmatched(entry)
        for defect in entry.answer_faults:
            known = (operation, defect) in self.defects or len(self.defects) < _PLACES
            self.defects.add((operation, defect if known else OTHERS[0]), entry)

    def _count_unmatched(self, entry: JournalEntry) -> None:
        unmatched = UnmatchedKey(entry.vendor, entry.method[:_PATH_LENGTH], entry.path[:_PATH_LENGTH])
        if unmatched not in self.unmatched and len(self.unmatched) >= _PATHS:
            unmatched = UnmatchedKey(entry.vendor, OTHERS[0], OTHERS[0])
        self.unmatched.add(unmatched, entry, entry.violations[0].message if entry.violations else "")

    def saw(self, operation: Operation, media_type: str, body: object) -> None:
        """Note which documented members and enum values a request's body has.

        Args:
            operation: whose request.
            media_type: that the body was read as.
            body: as decoded, valid or not.
        """
        documented = operation.body.media_types.get(media_type) if operation.body else None
        if documented is None:
            return
        about = documented.members
        known = self._census.get(id(about))
        if known is None:  # the contract in force may change in the session: what was seen before stays
            known = self._census[id(about)] = (operation.key, BodyCoverage(about))
        known[1].note(body)

    def members(self, operation: str) -> dict[Place, frozenset[Any]]:
        """Return the documented members seen in requests of an operation, each with those of its enum values seen.

        Args:
            operation: `<vendor>.<operationId>`.
        """
        seen: dict[Place, frozenset[Any]] = {}
        for key, census in self._census.values():
            if key == operation:
                for place, values in census.seen():
                    seen[place] = seen.get(place, frozenset()) | values
        return seen


def is_unmatched(entry: JournalEntry | ExchangeKey) -> bool:
    """Tell whether a request was for no operation of any contract, and was refused for it."""
    return not entry.operation and entry.status >= 400


def _state(entry: JournalEntry) -> str:
    if entry.violations or is_unmatched(entry):
        return BROKEN
    return REFUSED if entry.refused else ""


def place_of(location: tuple[str | int, ...]) -> Place:
    """Return a location with `*` in place of each array index."""
    return tuple([ENTRY if isinstance(part, int) else part for part in location])
