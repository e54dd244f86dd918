"""What a verdict lists besides findings: refusals, notices, unmatched requests, unused responses, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

from crm_contracts.judge.finding import UNKNOWN, NearMiss, Occurrence, ResponseCount


@dataclass(frozen=True)
class RefusedRequests:
    """Valid requests that were refused.

    Attributes:
        outcome: name of the outcome; empty if unknown.
        first: the oldest occurrence.
    """

    operation: str
    status: int
    outcome: str
    count: int
    first: Occurrence = field(default=UNKNOWN)

    @property
    def key(self) -> tuple[str, int, str]:
        """Identity across verdicts."""
        return self.operation, self.status, self.outcome


@dataclass(frozen=True)
class NoticeCount:
    """Something that breaks no rule but is worth reporting.

    Attributes:
        kind: `deprecated`, `undocumented` or `preference`.
        location: location in the request, with `*` for array indexes.
        first: the oldest occurrence.
    """

    vendor: str
    operation: str
    kind: str
    location: tuple[str, ...]
    message: str
    count: int
    first: Occurrence = field(default=UNKNOWN)

    @property
    def key(self) -> tuple[str, str, str, tuple[str, ...]]:
        """Identity across verdicts."""
        return self.vendor, self.operation, self.kind, self.location


@dataclass(frozen=True)
class UnmatchedRequests:
    """Requests unrelated to the contracts: no operation matches, but they are not mistakes.

    Attributes:
        request: method and URL, without query.
        vendor: vendor with this base path; empty if there is none.
        source: source of the first request.
        near_misses: most similar operations.
        remark: why they are no mistakes, such as `stubbed`; empty if they are unrelated to the contracts.
    """

    request: str
    vendor: str
    count: int
    source: str = ""
    near_misses: tuple[NearMiss, ...] = ()
    remark: str = ""

    @property
    def key(self) -> str:
        """Identity across verdicts."""
        return self.request


@dataclass(frozen=True)
class UnusedResponse:
    """A queued response that was not used as often as queued.

    Attributes:
        response: description, such as `409` or `a body`.
        used: number of uses.
        times: number of requests it was queued for; `None` for all requests.
    """

    session: str
    operation: str
    response: str
    used: int
    times: int | None


@dataclass(frozen=True)
class AllowedMistakes:
    """An entry of the allow-list with the number of mistakes it allowed."""

    name: str
    count: int


@dataclass(frozen=True)
class MockDefect:
    """A response of the mock itself that breaks the contract."""

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
        """Identity across runs."""
        return self.vendor, self.operation, self.request
