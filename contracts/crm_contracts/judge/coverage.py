"""Coverage of operations in a verdict: outcomes, request members and statuses, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crm_mocks.contract.outcome import Reach

DOCUMENTED: Final = "documented"
UNDOCUMENTED: Final = "not documented"
PROTOCOL: Final = "protocol"

CONFIRMED: Final = "confirmed"
CONTRADICTED: Final = "contradicted"
NOT_REACHED: Final = "not reached"
STATUS_WORDS: Final = (CONFIRMED, CONTRADICTED, NOT_REACHED)


@dataclass(frozen=True)
class OutcomeCount:
    """How often an outcome occurred.

    Attributes:
        kind: `documented`, `not documented`, or `protocol`, which is excluded from coverage.
        counts: occurrences by what chose it: `mock`, `queue`, `Prefer` or `magic`; empty if it never occurred.
        cause: how a client triggers it, in one sentence.
        reach: who can meet it: `kept` (a client that keeps the contract), `mistake` (only one that breaks it), or
            `request` (only if it is forced).
    """

    name: str
    status: int
    kind: str = DOCUMENTED
    counts: Mapping[str, int] = field(default_factory=dict)
    cause: str = ""
    reach: Reach = Reach.KEPT

    @property
    def count(self) -> int:
        """Total occurrences."""
        return sum(self.counts.values())

    @property
    def word(self) -> str:
        """`covered`, `not tested`, or the kind if it is excluded from coverage."""
        if self.kind != DOCUMENTED:
            return self.kind
        return "covered" if self.counts else "not tested"

    @property
    def is_main(self) -> bool:
        """Whether it is in the main figure: a client that keeps the contract can meet it."""
        return self.kind == DOCUMENTED and self.reach is Reach.KEPT

    @property
    def label(self) -> str:
        """Status and name."""
        return f"{self.status} {self.name}".rstrip()


@dataclass(frozen=True)
class MemberSeen:
    """A documented member of requests.

    Attributes:
        place: path that starts with `body`; `*` denotes array entries.
        seen: whether a request contained it.
        values: documented enum values.
        values_seen: enum values that requests contained.
    """

    place: tuple[str, ...]
    seen: bool
    values: tuple[Any, ...] = ()
    values_seen: tuple[Any, ...] = ()


@dataclass(frozen=True)
class StatusCount:
    """How often a provider responded with a status, and whether it matched the contract.

    Attributes:
        status: HTTP status.
        documented: whether the contract documents it.
        protocol: belongs to HTTP rather than the CRM.
        count: judged responses.
        contradicted: responses that broke the contract.
        at: time of the last response, ISO 8601; empty if unknown.
    """

    status: int
    documented: bool
    protocol: bool
    count: int = 0
    contradicted: int = 0
    at: str = ""

    @property
    def word(self) -> str:
        """`confirmed`, `contradicted` or `not reached`."""
        if self.contradicted:
            return CONTRADICTED
        return CONFIRMED if self.count else NOT_REACHED

    @property
    def date(self) -> str:
        """Date of the last response; empty if unknown."""
        return self.at[:10]


@dataclass(frozen=True)
class Covered:
    """Coverage: `covered` of `total`."""

    covered: int
    total: int

    @property
    def percent(self) -> float:
        """Percentage, rounded down to a tenth, so that 100.0 means all; 0 if there is nothing to cover."""
        return self.covered * 1000 // self.total / 10 if self.total else 0.0

    def is_under(self, percent: float) -> bool:
        """Return whether the unrounded coverage is below a percentage."""
        return self.covered * 100 < percent * self.total if self.total else percent > 0

    def __add__(self, other: Covered) -> Covered:
        return Covered(self.covered + other.covered, self.total + other.total)

    def as_json(self) -> dict[str, Any]:
        """Return the coverage as JSON, with its percentage."""
        return {"covered": self.covered, "total": self.total, "percent": self.percent}


@dataclass(frozen=True)
class OperationCoverage:
    """Coverage of one operation.

    Attributes:
        key: `<vendor>.<operationId>`.
        counted: whether it is in the denominator of coverage.
        count: number of requests.
        outcomes: outcomes of the mock's responses.
        members: members of the requests to mocks.
        faults: number of injected connection faults, by name.
        statuses: statuses of the provider's responses.
    """

    key: str
    vendor: str
    method: str
    path: str
    counted: bool
    count: int = 0
    outcomes: tuple[OutcomeCount, ...] = ()
    members: tuple[MemberSeen, ...] = ()
    faults: Mapping[str, int] = field(default_factory=dict)
    statuses: tuple[StatusCount, ...] = ()

    @property
    def coverage(self) -> Covered:
        """Coverage of the outcomes that a client that keeps the contract can meet."""
        return _covered(outcome for outcome in self.outcomes if outcome.is_main)

    @property
    def other_coverage(self) -> Covered:
        """Coverage of the outcomes reached only by breaking the contract, or only on request."""
        return _covered(outcome for outcome in self.outcomes if outcome.kind == DOCUMENTED and not outcome.is_main)

    @property
    def member_coverage(self) -> Covered:
        """Coverage of request members."""
        return Covered(sum(member.seen for member in self.members), len(self.members))

    @property
    def value_coverage(self) -> Covered:
        """Coverage of enum values in requests."""
        total = sum(len(member.values) for member in self.members)
        return Covered(sum(len(member.values_seen) for member in self.members), total)

    @property
    def counted_statuses(self) -> tuple[StatusCount, ...]:
        """Statuses to report: those of the protocol only if they occurred."""
        return tuple(status for status in self.statuses if status.count or not status.protocol)


def _covered(outcomes: Iterable[OutcomeCount]) -> Covered:
    words = [outcome.word for outcome in outcomes]
    return Covered(words.count("covered"), len(words))
