"""Group the cases that failed by their causes, so that a defect of a receiver is reported once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from crm_contracts.providers.push.features import Features

_REFUSED_CREDENTIALS: Final = frozenset({401, 403})
_TOO_MANY_REQUESTS: Final = 429
UNNAMED: Final = frozenset({"credentials", "rate"})
"""Causes that follow from the status of the response rather than from features of requests."""


@dataclass
class FailedCase:
    """A case whose requests the receiver should have accepted.

    Attributes:
        name: of the case.
        status: of the first wrong response; 0 if there was none.
        requests: features of the requests that failed.
        authentic: whether they had the right credentials.
    """

    name: str
    status: int
    authentic: bool
    requests: list[Features] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Number of features of the smallest request."""
        return min(len(request.present) for request in self.requests)


@dataclass
class Cause:
    """What cases that failed have in common.

    Attributes:
        cases: names, the most telling first.
        status: of their responses.
        suspects: features that they share and accepted requests lack; empty if unknown.
    """

    cases: list[str]
    status: int
    suspects: frozenset[str]

    def covers(self, status: int, suspects: frozenset[str]) -> bool:
        """Return whether a case that failed with this status and these suspects has the same cause."""
        both_unknown = not suspects and not self.suspects
        return self.status == status and (both_unknown or bool(self.suspects & suspects))

    def add(self, name: str, suspects: frozenset[str]) -> None:
        """Add a case of the same cause."""
        self.cases.append(name)
        self.suspects &= suspects


class Causes:
    """The requests that a receiver should have accepted, and what those that failed have in common.

    Attributes:
        accepted: number of accepted requests.
    """

    def __init__(self) -> None:
        self.accepted = 0
        self._harmless: frozenset[str] = frozenset()
        self._usual: frozenset[str] | None = None
        self._failed: dict[str, FailedCase] = {}

    def accept(self, features: Features) -> None:
        """Add an accepted request."""
        self.accepted += 1
        self._harmless |= features.present
        self._usual = features.places if self._usual is None else self._usual & features.places

    def fail(self, name: str, status: int, features: Features, *, authentic: bool) -> str:
        """Add a request that failed; return the name of an earlier case with the same cause, or an empty string."""
        failed = self._failed.setdefault(name, FailedCase(name, status, authentic))
        failed.requests.append(features)
        cause = next(cause for cause in self._grouped(self._failed.values()) if name in cause.cases)
        return cause.cases[0] if cause.cases[0] != name else ""

    def causes(self) -> list[Cause]:
        """Return the causes, each with its cases; the one with the fewest suspects comes first."""
        order = list(self._failed)
        return self._grouped(
            sorted(
                self._failed.values(),
                key=lambda case: (len(self._suspects(case)), case.size, order.index(case.name)),
            )
        )

    def _grouped(self, cases: Iterable[FailedCase]) -> list[Cause]:
        causes: list[Cause] = []
        for case in cases:
            suspects = self._suspects(case)
            for cause in causes:
                if not self.accepted or cause.covers(case.status, suspects):
                    cause.add(case.name, suspects)
                    break
            else:
                causes.append(Cause([case.name], case.status, suspects))
        return causes

    def _suspects(self, case: FailedCase) -> frozenset[str]:
        if case.authentic and case.status in _REFUSED_CREDENTIALS:
            return frozenset({"credentials"})
        if case.status == _TOO_MANY_REQUESTS:
            return frozenset({"rate"})
        suspects: set[str] = set()
        for request in case.requests:
            suspects |= request.present - self._harmless
            absent = (self._usual or frozenset()) - request.places
            suspects |= {f"{place}: absent" for place in absent if place.rpartition(".")[0] not in absent}
        return frozenset(suspects)
