"""A verdict as plain data: what reports are written from, and what runs and workers merge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crm_contracts.verdict.codec import Malformed, decode, encode

FORMAT: Final = "crm-mocks verdict 1"
"""Marks a JSON document as a verdict; the number rises when older programs could misread it."""

DOCUMENTED: Final = "documented"
UNDOCUMENTED: Final = "not documented"
PROTOCOL: Final = "protocol"


@dataclass(frozen=True)
class First:
    """Where something happened first.

    Attributes:
        id: of the journal's entry, which begins with the session's name.
        at: the session's time then, ISO 8601.
        request: the request as a curl command without credentials; empty if the journal has given it up.
        answer: what it was answered with, such as `400 member_missing`; empty likewise.
    """

    id: str
    at: str
    request: str = ""
    answer: str = ""


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


@dataclass(frozen=True)
class Near:
    """An operation that a request may have been meant for."""

    operation: str
    method: str
    path: str


@dataclass(frozen=True)
class Broken:
    """A rule of the contract that requests broke, at one place.

    Attributes:
        vendor: empty for a path that is no vendor's.
        operation: `<vendor>.<operationId>`, empty for a request that no operation was found for.
        location: place in the request, `*` in place of array indexes.
        message: what was expected there and what came, at the first time.
        count: how often.
        allowed: how many of these were mistakes made on purpose.
        known: it stands in the baseline.
        request: method and path, where no operation was found.
        near: which operations that request is most like.
    """

    vendor: str
    operation: str
    rule: str
    location: tuple[str, ...]
    message: str
    count: int
    first: First
    allowed: int = 0
    known: bool = False
    request: str = ""
    near: tuple[Near, ...] = ()

    @property
    def key(self) -> tuple[str, str, tuple[str, ...], str]:
        """What makes it the same in another run."""
        return self.operation or self.vendor, self.rule, self.location, self.request

    @property
    def fails(self) -> bool:
        """Whether it breaks the verdict."""
        return self.count > self.allowed and not self.known


@dataclass(frozen=True)
class Refused:
    """A refusal of a request that broke nothing."""

    operation: str
    outcome: str
    status: int
    count: int
    first: First


@dataclass(frozen=True)
class Noticed:
    """Something that breaks nothing but that the user will want to know: a deprecated or undocumented name, say."""

    vendor: str
    operation: str
    kind: str
    location: tuple[str, ...]
    message: str
    count: int
    first: First


@dataclass(frozen=True)
class Unused:
    """A queued answer that was not used, or less often than it was queued for.

    Attributes:
        answer: what was to be answered, in words.
        used: how often it was.
        times: how often it was queued for; `None` is every time.
    """

    session: str
    operation: str
    answer: str
    used: int
    times: int | None


@dataclass(frozen=True)
class Allowed:
    """Mistakes allowed by a name, and how often they were made."""

    name: str
    count: int


@dataclass(frozen=True)
class Defect:
    """An answer of the mock's own that breaks the contract."""

    operation: str
    message: str
    count: int


@dataclass(frozen=True)
class Debt:
    """An entry of a baseline: a broken rule that is known. Fields as in `Broken`; `operation` may be a vendor."""

    operation: str
    rule: str
    location: tuple[str, ...]
    request: str = ""

    @property
    def key(self) -> tuple[str, str, tuple[str, ...], str]:
        """As in `Broken`."""
        return self.operation, self.rule, self.location, self.request


@dataclass(frozen=True)
class Verdict:
    """The verdict on what a client did in some sessions.

    Attributes:
        sessions: their names.
        exchanges: how many requests there were.
        faulty: how many of them broke the contract, and were not allowed to.
        vendors: named as the denominator of coverage; empty where the operations called are.
        contracts: digests of the contracts in force, by vendor.
        operations: those counted, and those called.
        broken: rules broken, also those allowed and known; requests without operation among them.
        refused: refusals without violations.
        unused: queued answers never used.
        allowed: the names under which mistakes are allowed.
        defects: of the mock; normally none.
        paid: entries of the baseline that are broken no more.
        complaints: sentences on what else is wrong with the run, such as a client that was stopped at its time limit.
    """

    sessions: tuple[str, ...]
    exchanges: int
    faulty: int
    vendors: tuple[str, ...]
    contracts: Mapping[str, tuple[str, ...]]
    operations: tuple[OperationCoverage, ...]
    broken: tuple[Broken, ...] = ()
    refused: tuple[Refused, ...] = ()
    notices: tuple[Noticed, ...] = ()
    unused: tuple[Unused, ...] = ()
    allowed: tuple[Allowed, ...] = ()
    defects: tuple[Defect, ...] = ()
    paid: tuple[Debt, ...] = ()
    complaints: tuple[str, ...] = ()

    @property
    def failing(self) -> tuple[Broken, ...]:
        """What breaks the contract, neither allowed nor known."""
        return tuple(each for each in self.broken if each.fails)

    @property
    def word(self) -> str:
        """The verdict in a word: `broken`, `kept`, or `not checked` where no request came."""
        if self.failing:
            return "broken"
        return "kept" if self.exchanges else "not checked"

    @property
    def counted(self) -> tuple[OperationCoverage, ...]:
        """The operations that coverage is about."""
        return tuple(each for each in self.operations if each.counted)

    @property
    def coverage(self) -> Covered:
        """Of outcomes."""
        return sum((each.coverage for each in self.counted), Covered(0, 0))

    @property
    def member_coverage(self) -> Covered:
        """Of members of requests."""
        return sum((each.member_coverage for each in self.counted), Covered(0, 0))

    @property
    def value_coverage(self) -> Covered:
        """Of enum values in requests."""
        return sum((each.value_coverage for each in self.counted), Covered(0, 0))

    def exit_code(self, fail_under: float | None = None) -> int:
        """Return 1 if the contract was broken, or coverage is under a percentage; else 0."""
        under = fail_under is not None and self.coverage.is_under(fail_under)
        return 1 if self.failing or under else 0

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as a JSON value, with what follows from it for readers that do not count themselves."""
        summary = {
            "verdict": self.word,
            "coverage": _summed(self.coverage),
            "members": _summed(self.member_coverage),
            "enum_values": _summed(self.value_coverage),
        }
        members: dict[str, Any] = encode(self)
        return {"format": FORMAT, **summary, **members}

    @classmethod
    def from_json(cls, value: Any) -> Verdict:
        """Return the verdict that `as_json` was of.

        Raises:
            Malformed: it is none, or one of a later version.
        """
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise Malformed(f'it has no "format": "{FORMAT}"')
        return decode(cls, value, "verdict")


def _summed(covered: Covered) -> dict[str, Any]:
    return {"covered": covered.covered, "total": covered.total, "percent": covered.percent}
