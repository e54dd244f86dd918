"""What a verdict knows of each operation: outcomes met, members sent, statuses confirmed, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

DOCUMENTED: Final = "documented"
UNDOCUMENTED: Final = "not documented"
PROTOCOL: Final = "protocol"

CONFIRMED: Final = "confirmed"
CONTRADICTED: Final = "contradicted"
NOT_REACHED: Final = "not reached"
STATUS_WORDS: Final = (CONFIRMED, CONTRADICTED, NOT_REACHED)


@dataclass(frozen=True)
class OutcomeCount:
    """How often a client met an outcome.

    Attributes:
        kind: `documented`, `not documented`, or `protocol`, which coverage leaves out.
        counts: by what chose it: `mock`, `queue`, `Prefer` or `magic`; empty if it never occurred.
        cause: how a client meets it, in one sentence.
    """

    name: str
    status: int
    kind: str = DOCUMENTED
    counts: Mapping[str, int] = field(default_factory=dict)
    cause: str = ""

    @property
    def count(self) -> int:
        """How often it occurred."""
        return sum(self.counts.values())

    @property
    def word(self) -> str:
        """`covered`, `not tested`, or its kind if coverage leaves it out."""
        if self.kind != DOCUMENTED:
            return self.kind
        return "covered" if self.counts else "not tested"

    @property
    def label(self) -> str:
        """Status and name."""
        return f"{self.status} {self.name}".rstrip()


@dataclass(frozen=True)
class MemberSeen:
    """A documented member of requests.

    Attributes:
        place: path to it, beginning with `body`; `*` stands for an array's entries.
        seen: whether a request had it.
        values: its documented enum values.
        values_seen: those of them that requests had.
    """

    place: tuple[str, ...]
    seen: bool
    values: tuple[Any, ...] = ()
    values_seen: tuple[Any, ...] = ()


@dataclass(frozen=True)
class StatusCount:
    """What a provider showed of one status of an operation.

    Attributes:
        status: HTTP status.
        documented: the contract has it.
        protocol: it belongs to HTTP rather than to the CRM.
        count: responses with it that were judged.
        contradicted: how many of them broke the contract.
        at: when the last of them came, ISO 8601; empty if unknown.
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
    """A share: `covered` of `total`."""

    covered: int
    total: int

    @property
    def percent(self) -> float:
        """Rounded down to a tenth, so that 100.0 means all; 0 where there is nothing to cover."""
        return self.covered * 1000 // self.total / 10 if self.total else 0.0

    def is_under(self, percent: float) -> bool:
        """Whether the share, not rounded, is less than a percentage."""
        return self.covered * 100 < percent * self.total if self.total else percent > 0

    def __add__(self, other: Covered) -> Covered:
        return Covered(self.covered + other.covered, self.total + other.total)

    def as_json(self) -> dict[str, Any]:
        """Return the share with its percentage."""
        return {"covered": self.covered, "total": self.total, "percent": self.percent}


@dataclass(frozen=True)
class OperationCoverage:
    """What clients met of one operation, and what a provider showed of it.

    Attributes:
        key: `<vendor>.<operationId>`.
        counted: it is in the denominator of coverage.
        count: requests.
        outcomes: of a mock's responses.
        members: of the requests that mocks received.
        faults: how often each fault of the connection was injected.
        statuses: of a provider's responses.
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
        """Of its outcomes."""
        words = [each.word for each in self.outcomes if each.kind == DOCUMENTED]
        return Covered(words.count("covered"), len(words))

    @property
    def member_coverage(self) -> Covered:
        """Of the members of its requests."""
        return Covered(sum(each.seen for each in self.members), len(self.members))

    @property
    def value_coverage(self) -> Covered:
        """Of the enum values of its requests."""
        known = sum(len(each.values) for each in self.members)
        return Covered(sum(len(each.values_seen) for each in self.members), known)

    @property
    def counted_statuses(self) -> tuple[StatusCount, ...]:
        """Statuses that say something about the provider: those of the protocol only if they occurred."""
        return tuple(each for each in self.statuses if each.count or not each.protocol)
