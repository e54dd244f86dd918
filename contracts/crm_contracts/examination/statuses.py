"""What an examination has seen of each operation and each status of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CONFIRMED: Final = "confirmed"
CONTRADICTED: Final = "contradicted"
NOT_REACHED: Final = "not reached"


@dataclass(frozen=True)
class StatusSeen:
    """A status of an operation.

    Attributes:
        status: HTTP status.
        documented: the contract has it.
        protocol: it belongs to HTTP rather than to the CRM.
        count: answers with it that were held to the contract.
        contradicted: how many of them broke it.
        at: when the last of them came, ISO 8601; empty where nobody has noted it.
    """

    status: int
    documented: bool
    protocol: bool
    count: int = 0
    contradicted: int = 0
    at: str = ""

    @property
    def word(self) -> str:
        """What was found, in a word."""
        if self.contradicted:
            return CONTRADICTED
        return CONFIRMED if self.count else NOT_REACHED

    @property
    def date(self) -> str:
        """The day of the last answer; empty where nobody has noted it."""
        return self.at[:10]


@dataclass(frozen=True)
class OperationExamined:
    """An operation, and what was seen of its statuses, in their order.

    Attributes:
        key: `<vendor>.<operationId>`.
        path: as in the contract.
        count: requests that it was called with.
    """

    key: str
    method: str
    path: str
    count: int
    statuses: tuple[StatusSeen, ...]

    @property
    def counted(self) -> tuple[StatusSeen, ...]:
        """The statuses that say something about the provider: those of the protocol only where they came."""
        return tuple(each for each in self.statuses if each.count or not each.protocol)
