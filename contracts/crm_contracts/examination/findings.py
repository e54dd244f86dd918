"""What an examination finds, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
        status: of the answer; 0 where none came.
        rule: the contract's keyword or a rule's name, as in violations: `required`, `enum`, `undocumented-status`.
        location: place in request or answer, `*` in place of array indexes.
        message: what was expected there and what came, at the first time.
        count: how often.
        first: the first exchange that shows it.
    """

    side: Side
    operation: str
    status: int
    rule: str
    location: tuple[str, ...]
    message: str
    count: int
    first: Shown

    @property
    def key(self) -> tuple[str, str, int, str, tuple[str, ...]]:
        """What makes it the same in another exchange."""
        return self.side, self.operation, self.status, self.rule, self.location
