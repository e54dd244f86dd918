"""What tests covered of a contract, as plain data: outcomes given, members and enum values sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

DOCUMENTED: Final = "documented"
UNDOCUMENTED: Final = "not documented"
PROTOCOL: Final = "protocol"


@dataclass(frozen=True)
class OutcomeCount:
    """How often a client was given an outcome.

    Attributes:
        kind: `documented`, `not documented`, or `protocol`, which coverage leaves out.
        counts: by what chose it: `mock`, `queue`, `Prefer` or `magic`; empty if it was never given.
        cause: how a client meets it, in one sentence.
    """

    name: str
    status: int
    kind: str = DOCUMENTED
    counts: Mapping[str, int] = field(default_factory=dict)
    cause: str = ""

    @property
    def count(self) -> int:
        """How often it was given."""
        return sum(self.counts.values())

    @property
    def word(self) -> str:
        """What coverage says of it."""
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
        values: its enum values, as far as they are documented.
        values_seen: those of them that requests had.
    """

    place: tuple[str, ...]
    seen: bool
    values: tuple[Any, ...] = ()
    values_seen: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Covered:
    """So many of so many."""

    covered: int
    total: int

    @property
    def percent(self) -> float:
        """The share, rounded down to a tenth, so that 100.0 means all; 0 where there is nothing to cover."""
        return self.covered * 1000 // self.total / 10 if self.total else 0.0

    def is_under(self, percent: float) -> bool:
        """Tell whether the share, not rounded, is less than a percentage."""
        return self.covered * 100 < percent * self.total if self.total else percent > 0

    def __add__(self, other: Covered) -> Covered:
        return Covered(self.covered + other.covered, self.total + other.total)


@dataclass(frozen=True)
class OperationCoverage:
    """What the client met of one operation.

    Attributes:
        key: `<vendor>.<operationId>`.
        counted: it is in the denominator of coverage.
        faults: how often each fault of the connection was given.
    """

    key: str
    vendor: str
    method: str
    path: str
    counted: bool
    outcomes: tuple[OutcomeCount, ...]
    members: tuple[MemberSeen, ...] = ()
    faults: Mapping[str, int] = field(default_factory=dict)

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
