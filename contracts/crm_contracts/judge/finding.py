"""A finding: a rule of a contract that an exchange broke, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from crm_mocks.basis import Basis, BasisKind

MAX_OCCURRENCES: Final = 5
"""Occurrences that a finding keeps, the oldest."""

FindingKey = tuple[str, str, int, str, tuple[str, ...], str]

DOCUMENTED: Final = Basis(BasisKind.DOCUMENT, "")
"""Basis of a rule whose document is not known."""


class Side(StrEnum):
    """Who is at fault."""

    CLIENT = "client"
    PROVIDER = "provider"


class Standing(StrEnum):
    """What a finding means for the verdict. Only `FAILS` breaks it.

    The worst comes first: it prevails when findings are merged.
    """

    FAILS = "fails"
    KNOWN = "known"
    """It is in the baseline."""
    ALLOWED = "allowed"
    """All of its occurrences are allowed."""
    CONTRADICTED = "position contradicted"
    """The client broke a position of ours, and the real provider answered with success."""
    ASSUMPTION = "assumption"
    """The provider differs from a position of ours only, which no document states."""


@dataclass(frozen=True)
class Occurrence:
    """One time that something happened.

    Attributes:
        source: where: node id of a test, `traffic.har, entry 3`, `case NAME`, `run 3`; empty if unknown.
        id: of the journal's entry, which begins with the session's name; empty outside of mocks.
        at: date and time, ISO 8601; empty if unknown.
        request: as a curl command without credentials; empty if the journal has dropped it.
        response: such as `400 member_missing`, or status and beginning of the body; empty if unknown.
    """

    source: str = ""
    id: str = ""
    at: str = ""
    request: str = ""
    response: str = ""

    @property
    def label(self) -> str:
        """Where it happened, for people."""
        return self.source or self.id


@dataclass(frozen=True)
class NearMiss:
    """An operation that a request may have been meant for."""

    operation: str
    method: str
    path: str


@dataclass(frozen=True)
class ResponseCount:
    """How many occurrences of a finding had a response.

    Attributes:
        status: HTTP status; 0 for none, and for requests that no operation matches: their responses are not told apart.
        outcome: name of the contract's example; empty if unknown.
        count: how many.
        allowed: how many of these are allowed.
    """

    status: int
    outcome: str
    count: int
    allowed: int = 0


@dataclass(frozen=True)
class Finding:
    """A rule that a client or a provider broke, at one place.

    Attributes:
        side: who broke it.
        vendor: empty for a path of no vendor.
        operation: `<vendor>.<operationId>`; empty for a request that no operation matches.
        rule: keyword of the contract or name of a rule: `required`, `enum`, `undocumented-status`.
        location: place in request or response, `*` in place of array indexes.
        message: what was expected and what came, the first time.
        count: how often.
        sent: the value that came the first time, as short JSON; empty if none came, or if it may be a secret.
        expected: what the rule wants, for people: `one of gasoline, diesel`.
        basis: what the rule rests on.
        cause: what it was grouped under; empty if it stands alone.
        status: of the response: part of what makes a provider's finding the same; the first one for a client's.
        occurrences: the oldest, at most `MAX_OCCURRENCES`.
        responses: all occurrences, by their response.
        request: method and path, if no operation matches.
        near_misses: operations that such a request is most like.
        reproduction: how to make it happen again; empty if the first request does.
        standing: what it means for the verdict.
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

    @property
    def owner(self) -> str:
        """The operation, or the vendor if there is none."""
        return self.operation or self.vendor

    @property
    def key(self) -> FindingKey:
        """What makes it the same in another run; a client's finding is the same whatever the response was."""
        status = self.status if self.side is Side.PROVIDER else 0
        return self.side, self.owner, status, self.rule, self.location, self.request

    @property
    def group(self) -> tuple[FindingKey, bool]:
        """What makes it the same in one verdict: contradicted positions are listed apart."""
        return self.key, self.standing is Standing.CONTRADICTED

    @property
    def first(self) -> Occurrence:
        """The oldest occurrence."""
        return self.occurrences[0] if self.occurrences else _UNKNOWN

    @property
    def allowed(self) -> int:
        """How many occurrences are allowed."""
        return sum(each.allowed for each in self.responses)

    @property
    def fails(self) -> bool:
        """Whether it breaks the verdict."""
        return self.standing is Standing.FAILS


_UNKNOWN: Final = Occurrence()


@dataclass(frozen=True)
class RefusedRequests:
    """Requests that broke nothing and were refused.

    Attributes:
        outcome: name of the contract's example; empty if unknown.
        first: the oldest occurrence.
    """

    operation: str
    status: int
    outcome: str
    count: int
    first: Occurrence = field(default=_UNKNOWN)

    @property
    def key(self) -> tuple[str, int, str]:
        """What makes it the same another time."""
        return self.operation, self.status, self.outcome


@dataclass(frozen=True)
class NoticeCount:
    """Something that breaks nothing but is worth knowing.

    Attributes:
        kind: `deprecated`, `undocumented` or `preference`.
        location: place in the request, `*` in place of array indexes.
        first: the oldest occurrence.
    """

    vendor: str
    operation: str
    kind: str
    location: tuple[str, ...]
    message: str
    count: int
    first: Occurrence = field(default=_UNKNOWN)

    @property
    def key(self) -> tuple[str, str, str, tuple[str, ...]]:
        """What makes it the same another time."""
        return self.vendor, self.operation, self.kind, self.location


@dataclass(frozen=True)
class UnmatchedRequests:
    """Requests that no operation matches, and that are no fault: they have nothing to do with the contract.

    Attributes:
        request: method and URL, without query.
        vendor: whose paths it is below; empty for none.
        source: where the first one was recorded.
        near_misses: operations that it is most like.
    """

    request: str
    vendor: str
    count: int
    source: str = ""
    near_misses: tuple[NearMiss, ...] = ()

    @property
    def key(self) -> str:
        """What makes it the same another time."""
        return self.request


@dataclass(frozen=True)
class UnusedResponse:
    """A queued response that was not used, or less often than queued.

    Attributes:
        response: in words, such as `409` or `a body`.
        used: how often it was.
        times: how often it was queued for; `None` is every time.
    """

    session: str
    operation: str
    response: str
    used: int
    times: int | None


@dataclass(frozen=True)
class AllowedMistakes:
    """An entry of the allow-list, and how many mistakes it allowed."""

    name: str
    count: int


@dataclass(frozen=True)
class MockDefect:
    """A response of the mock's own that breaks the contract."""

    operation: str
    message: str
    count: int


@dataclass(frozen=True)
class FaultyRequests:
    """Requests in exchanges with findings, by response. Attributes as in `Finding`."""

    vendor: str
    operation: str
    request: str
    responses: tuple[ResponseCount, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same in another run."""
        return self.vendor, self.operation, self.request
