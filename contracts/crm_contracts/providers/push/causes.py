"""Group the cases that failed by their causes, so that a defect of a receiver is reported once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from crm_contracts.providers.push.features import Features

_REFUSED_CREDENTIALS: Final = frozenset({401, 403})
_TOO_MANY_REQUESTS: Final = 429
_BLANK: Final = frozenset({"null", "absent", "an empty string", "an empty list", "an empty object"})
"""Kinds of values that programs often treat alike."""

_WORD: Final = re.compile(r"\w+")
UNNAMED: Final = frozenset({"credentials", "rate"})
"""Causes that follow from the status of the response rather than from features of requests."""


@dataclass
class FailedCase:
    """A case whose requests the receiver should have accepted.

    Attributes:
        name: of the case.
        status: of the first wrong response; 0 if there was none.
        authentic: whether its requests had the right credentials.
        response: text of that response, which may name members.
        requests: features of the requests that failed.
    """

    name: str
    status: int
    authentic: bool
    response: str
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
        self._places: Counter[str] = Counter()
        self._failed: dict[str, FailedCase] = {}

    def accept(self, features: Features) -> None:
        """Add an accepted request."""
        self.accepted += 1
        self._harmless |= features.present
        self._places.update(features.places)

    def fail(self, case: FailedCase, features: Features) -> str:
        """Add a request that failed; return the name of an earlier case with the same cause, or an empty string."""
        name = case.name
        self._failed.setdefault(name, case).requests.append(features)
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
            suspects |= {f"{place}: absent" for place in self._usual_places_without(request)}
        suspects |= {f"{place}: blank" for place, _, kind in map(_parts, suspects) if kind in _BLANK}
        names = {place.rpartition(".")[2] for place, _, _ in map(_parts, suspects)}
        words = set(_WORD.findall(case.response)) if case.status < 500 else set()
        return frozenset(suspects | {f"{name}, as the response says" for name in names & words})

    def _usual_places_without(self, request: Features) -> Iterator[str]:
        """Yield the places that a request lacks, though each accepted request with their parent has them."""
        for place, count in self._places.items():
            parent = place.rpartition(".")[0]
            if place in request.places or (parent and parent not in request.places):
                continue
            if count == (self._places[parent] if parent else self.accepted):
                yield place


def _parts(suspect: str) -> tuple[str, str, str]:
    return suspect.partition(": ")
