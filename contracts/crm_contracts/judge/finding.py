"""Findings: rules of a contract that exchanges broke, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_mocks.basis import Basis, BasisKind

MAX_OCCURRENCES: Final = 5
"""Maximum number of occurrences that a finding keeps, oldest first."""

FindingKey = tuple[str, str, int, str, tuple[str, ...], str]

DOCUMENTED: Final = Basis(BasisKind.DOCUMENT, "")
"""Basis of a rule whose document is unknown."""


class Side(StrEnum):
    """Who is at fault."""

    CLIENT = "client"
    PROVIDER = "provider"


class Standing(StrEnum):
    """How a finding counts towards the verdict. Only `FAILS` fails it.

    Ordered by severity: when findings are merged, the most severe standing applies.
    """

    FAILS = "fails"
    KNOWN = "known"
    """The finding is in the baseline."""
    ALLOWED = "allowed"
    """All occurrences are allowed."""
    CONTRADICTED = "position contradicted"
    """The client broke a position, but the real provider responded with success."""
    ASSUMPTION = "assumption"
    """The provider differs from a position, which no document requires."""


@dataclass(frozen=True)
class Occurrence:
    """One occurrence of a finding.

    Attributes:
        source: node id of a test, `traffic.har, entry 3`, `case NAME` or `run 3`; empty if unknown.
        id: id of the journal entry, which starts with the session's name; empty if not recorded by mocks.
        at: date and time, ISO 8601; empty if unknown.
        request: curl command without credentials; empty if the journal has dropped it.
        response: `400 member_missing`, or status and start of the body; empty if unknown.
    """

    source: str = ""
    id: str = ""
    at: str = ""
    request: str = ""
    response: str = ""

    @property
    def label(self) -> str:
        """Readable location of the occurrence."""
        return self.source or self.id


@dataclass(frozen=True)
class NearMiss:
    """An operation that a request was probably meant for."""

    operation: str
    method: str
    path: str


@dataclass(frozen=True)
class ResponseCount:
    """Number of occurrences of a finding with a particular response.

    Attributes:
        status: HTTP status; 0 for no response, and for unmatched requests, whose responses are not distinguished.
        outcome: name of the outcome; empty if unknown.
        count: number of occurrences.
        allowed: number of allowed occurrences.
    """

    status: int
    outcome: str
    count: int
    allowed: int = 0


@dataclass(frozen=True)
class Finding:
    """A rule broken by a client or provider at one location.

    Attributes:
        side: side at fault.
        vendor: empty if the path belongs to no vendor.
        operation: `<vendor>.<operationId>`; empty if no operation matches.
        rule: keyword of the contract or name of a rule: `required`, `enum`, `undocumented-status`.
        location: location in request or response, with `*` for array indexes.
        message: what was expected and what was sent in the first occurrence.
        count: number of occurrences.
        sent: value sent in the first occurrence, as short JSON; empty if none was sent or it may be a secret.
        expected: readable expectation: `one of gasoline, diesel`.
        basis: basis of the rule.
        cause: what the finding was grouped under: `case NAME`, `scenario NAME`; by default, `RULE at LOCATION`.
        status: status of the response; identifies a provider's finding, and is the first one for a client's.
        occurrences: oldest occurrences, at most `MAX_OCCURRENCES`.
        responses: number of occurrences by response.
        request: method and path, if no operation matches.
        near_misses: operations most similar to an unmatched request.
        reproduction: how to reproduce the finding: a file, or by default the first request as curl command.
        standing: how the finding counts towards the verdict.
        operations: all operations that show the broken rule, if findings of several were merged.
        shared_rule: digest of the rule that findings of several operations are merged by, in a shard of a
            verification; else empty.
    """

    side: Side
    vendor: str
    operation: str
    rule: str
    location: tuple[str, ...]
    message: str
    count: int = 1
    sent: str = ""
    expected: str = ""
    basis: Basis = DOCUMENTED
    cause: str = ""
    status: int = 0
    occurrences: tuple[Occurrence, ...] = ()
    responses: tuple[ResponseCount, ...] = ()
    request: str = ""
    near_misses: tuple[NearMiss, ...] = ()
    reproduction: str = ""
    standing: Standing = Standing.FAILS
    operations: tuple[str, ...] = ()
    shared_rule: str = ""

    def __post_init__(self) -> None:
        """Fill in the default cause and reproduction."""
        if not self.cause:
            object.__setattr__(self, "cause", default_cause(self.rule, self.location))
        if not self.reproduction and self.occurrences:
            object.__setattr__(self, "reproduction", self.occurrences[0].request)

    @property
    def owner(self) -> str:
        """The operation, or the vendor if no operation matches."""
        return self.operation or self.vendor

    @property
    def key(self) -> FindingKey:
        """Identity of the finding across runs, which ignores the response for client findings."""
        status = self.status if self.side is Side.PROVIDER else 0
        return self.side, self.owner, status, self.rule, self.location, self.request

    @property
    def group(self) -> tuple[FindingKey, bool]:
        """Identity of the finding in one verdict, where contradicted positions are listed separately."""
        return self.key, self.standing is Standing.CONTRADICTED

    @property
    def first(self) -> Occurrence:
        """The oldest occurrence."""
        return self.occurrences[0] if self.occurrences else UNKNOWN

    @property
    def allowed(self) -> int:
        """Number of allowed occurrences."""
        return sum(response.allowed for response in self.responses)

    @property
    def fails(self) -> bool:
        """Whether the finding fails the verdict."""
        return self.standing is Standing.FAILS


UNKNOWN: Final = Occurrence()
"""Occurrence of which nothing is known."""


def default_cause(rule: str, location: tuple[str, ...]) -> str:
    """Return the cause of a finding that is grouped by rule and location.

    Example:
        >>> default_cause("enum", ("body", "vehicles", "*", "fuel"))
        'enum at body.vehicles.*.fuel'
        >>> default_cause("answer", ("case", "new-lead"))
        'case new-lead'
    """
    if location[:1] == ("case",):
        return " ".join(location)
    return f"scenario {rule}" if location == ("scenario",) else f"{rule} at {'.'.join(location)}"
