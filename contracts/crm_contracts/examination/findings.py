"""What an examination finds, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crm_contracts.verdict.findings import Near


class Side(StrEnum):
    """Who is at fault."""

    CLIENT = "client"
    PROVIDER = "provider"


@dataclass(frozen=True)
class Shown:
    """An exchange that shows a finding.

    Attributes:
        request: as a curl command without credentials.
        answer: status and the beginning of the body, without credentials; what failed where none came.
        at: when, ISO 8601; empty where nobody has noted it.
        source: where it stands: `traffic.har, entry 3`.
    """

    request: str
    answer: str
    at: str = ""
    source: str = ""


@dataclass(frozen=True)
class Finding:
    """A rule of the contract that was broken, at one place.

    Attributes:
        side: who broke it.
        operation: `<vendor>.<operationId>`; empty where the request is none.
        status: of the answer, the first one where a client is at fault; 0 where none came.
        rule: the contract's keyword or a rule's name, as in violations: `required`, `enum`, `undocumented-status`.
        location: place in request or answer, `*` in place of array indexes.
        message: what was expected there and what came, at the first time.
        count: how often.
        first: the first exchange that shows it.
        request: method and URL, where no operation was found for them.
        near: which operations that request is most like.
    """

    side: Side
    operation: str
    status: int
    rule: str
    location: tuple[str, ...]
    message: str
    count: int
    first: Shown
    request: str = ""
    near: tuple[Near, ...] = ()

    @property
    def key(self) -> tuple[str, str, int, str, tuple[str, ...], str]:
        """What makes it the same in another exchange: with clients, whatever they were answered."""
        status = self.status if self.side is Side.PROVIDER else 0
        return self.side, self.operation, status, self.rule, self.location, self.request


@dataclass(frozen=True)
class Refused:
    """Refusals of requests that broke nothing. Fields as in `Finding`."""

    operation: str
    status: int
    count: int
    first: Shown

    @property
    def key(self) -> tuple[str, int]:
        """What makes it the same in another exchange."""
        return self.operation, self.status


@dataclass(frozen=True)
class Noticed:
    """Something that breaks nothing but that the user will want to know. Fields as in `Finding`.

    Attributes:
        kind: `deprecated` or `undocumented`.
    """

    operation: str
    kind: str
    location: tuple[str, ...]
    message: str
    count: int
    first: Shown

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes it the same in another exchange."""
        return self.operation, self.kind, self.location


@dataclass(frozen=True)
class Stray:
    """Requests that no operation was found for, and that nobody is blamed for: they are not about the contract.

    Attributes:
        request: method and URL, without query.
        vendor: below whose paths it lies; empty for none.
        source: where the first one stands.
        near: which operations it is most like.
    """

    request: str
    vendor: str
    count: int
    source: str
    near: tuple[Near, ...] = ()

    @property
    def key(self) -> str:
        """What makes it the same in another exchange."""
        return self.request
