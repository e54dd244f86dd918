"""Requests that a provider accepted although they violate the contract, attributed to the places it does not check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.exchange_judge import ACCEPTED_INVALID
from crm_mocks.contract import Operation
from crm_mocks.state.stats import place_of
from crm_mocks.violations import Violation

Place = tuple[str, ...]
"""Location of a violation, with `*` for array indexes."""

_MAX_QUOTED: Final = 3
"""Maximum number of constraints quoted in the message of a finding."""


@dataclass(frozen=True)
class AcceptedRequest:
    """An accepted request.

    Attributes:
        exchange: the exchange.
        violations: by place; of each place the first.
    """

    exchange: Exchange
    violations: dict[Place, Violation]


class AcceptedRequests:
    """Accepted requests by operation. Each is explained by as few unchecked places as possible.

    A generated request may violate the contract in several places. A provider that accepts it does not check any of
    them; but if it also accepts requests that violate one of them alone, or refuses those that violate another one
    alone, only the former is named.
    """

    def __init__(self) -> None:
        self._accepted: dict[str, tuple[Operation, list[AcceptedRequest]]] = {}
        self._checked: set[tuple[str, Place]] = set()

    def add_accepted(self, operation: Operation, exchange: Exchange, violations: Iterable[Violation]) -> None:
        """Add a request that was accepted although it has violations."""
        by_place: dict[Place, Violation] = {}
        for violation in violations:
            by_place.setdefault(place_of(violation.location), violation)
        self._accepted.setdefault(operation.id, (operation, []))[1].append(AcceptedRequest(exchange, by_place))

    def add_refused(self, operation: Operation, violations: Iterable[Violation]) -> None:
        """Add a refused request, which shows that a place is checked if that is the only one with violations."""
        places = {place_of(violation.location) for violation in violations}
        if len(places) == 1:
            self._checked.add((operation.id, places.pop()))

    def explained(self) -> Iterator[tuple[Operation, Exchange, list[Violation]]]:
        """Yield each accepted request with a violation by the provider for each unchecked place that it shows."""
        for operation, requests in self._accepted.values():
            unchecked = self._unchecked(operation.id, requests)
            messages = _messages(requests, unchecked)
            for request in requests:
                violations = [
                    Violation(violation.location, ACCEPTED_INVALID, messages[place], basis=violation.basis)
                    for place, violation in request.violations.items()
                    if place in unchecked
                ]
                yield operation, request.exchange, violations

    def _unchecked(self, operation: str, requests: list[AcceptedRequest]) -> set[Place]:
        """Return places that together explain all accepted requests."""
        found: set[Place] = set()
        unexplained = [set(request.violations) for request in requests]
        while unexplained:
            fewest = min(map(len, unexplained))
            candidates = Counter(place for places in unexplained if len(places) == fewest for place in sorted(places))
            by_likelihood = sorted(
                candidates, key=lambda place: ((operation, place) in self._checked, -candidates[place])
            )
            chosen = by_likelihood[0]
            found.add(chosen)
            unexplained = [places for places in unexplained if chosen not in places]
        return found


def _messages(requests: list[AcceptedRequest], unchecked: set[Place]) -> dict[Place, str]:
    """Return a message for each place, which quotes the constraints that were violated there."""
    quoted: dict[Place, dict[str, None]] = {place: {} for place in unchecked}
    for request in requests:
        for place in unchecked & request.violations.keys():
            violation = request.violations[place]
            quoted[place].setdefault(violation.message.partition(", is ")[0])
    return {
        place: f"a request that breaks the contract must be refused ({'.'.join(place)}: "
        f"{', '.join(list(messages)[:_MAX_QUOTED])})"
        for place, messages in quoted.items()
    }
