"""Which of the records that a receiver should accept it has accepted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.push.causes import Cause, Causes, FailedCase
from crm_contracts.providers.push.features import features_of
from crm_mocks.vendor.sender import Push, PushCase, Sender
from crm_mocks.violations import Violation

NOTHING_ACCEPTED: Final = "nothing-accepted"
"""Rule broken by a receiver that accepts no record in a whole run."""

_MAX_BODY: Final = 10_000
"""Bytes of a response in which names of members are looked for."""


def is_accepted(exchange: Exchange) -> bool:
    """Return whether a receiver accepted a record."""
    return not exchange.failure and 200 <= exchange.status < 300


class Acceptance:
    """The requests that a receiver should accept, and what those that fail have in common."""

    def __init__(self, sender: Sender) -> None:
        """Start without requests.

        Args:
            sender: advises what to change if nothing is accepted.
        """
        self._sender = sender
        self._causes = Causes()
        self._statuses: Counter[int] = Counter()
        self._earlier: dict[str, str] = {}
        self._first_refused: Exchange | None = None

    def add_accepted(self, push: Push) -> None:
        """Add an accepted request that is not judged."""
        self._causes.accept(features_of(push, repeated=False))

    def add(self, push: Push, exchange: Exchange, case: PushCase | None, *, repeated: bool) -> None:
        """Add a request that the receiver should accept.

        Args:
            push: the request.
            exchange: with the response.
            case: that the request belongs to; `None` for a record of the user.
            repeated: the receiver has accepted a record with this id before.
        """
        self._statuses[exchange.status] += 1
        features = features_of(push, repeated=repeated)
        if is_accepted(exchange):
            self._causes.accept(features)
            return
        if self._first_refused is None:
            self._first_refused = exchange if case is None else replace(exchange, source=f"case {case.name}")
        if case is not None:
            response = exchange.response_body[:_MAX_BODY].decode("utf-8", "replace")
            failed = FailedCase(case.name, exchange.status, push.authentic, response)
            earlier = self._causes.fail(failed, features)
            self._earlier.setdefault(case.name, earlier)

    def earlier(self, case: PushCase) -> str:
        """Return the name of an earlier case that failed for the same cause; empty if none did."""
        return self._earlier.get(case.name, "")

    def causes(self) -> list[Cause]:
        """Return the causes of the cases that failed."""
        return self._causes.causes()

    def violation(self) -> tuple[Exchange, Violation] | None:
        """Return the violation by a receiver that accepted nothing, with its first refusal; `None` if it keeps it."""
        if self._causes.accepted or self._first_refused is None:
            return None
        count = sum(self._statuses.values())
        statuses = ", ".join(f"{status or 'no response'} ×{number}" for status, number in self._statuses.items())
        message = f"none of {count} records was accepted: {statuses}" if count > 1 else "the record was not accepted"
        advice = self._sender.advice(self._first_refused.status)
        if advice:
            message += f"; if the receiver refuses them on purpose, {advice}"
        return self._first_refused, Violation(("receiver",), NOTHING_ACCEPTED, message, "an accepted record")
