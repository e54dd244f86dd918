"""Counting the answers of one operation by status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crm_contracts.examination.statuses import OperationExamined, StatusSeen
from crm_contracts.judge.exchange import Exchange
from crm_mocks.contract import Operation
from crm_mocks.violations import Violation


class Tally:
    """What was seen of one operation."""

    def __init__(self, operation: Operation) -> None:
        """Begin with what the contract documents."""
        self._operation = operation
        self._calls = 0
        self._statuses = {
            status: StatusSeen(status, documented=True, protocol=response.protocol)
            for status, response in operation.responses.items()
        }

    def add(self, exchange: Exchange, violations: Sequence[Violation] | None) -> None:
        """Count an exchange.

        Args:
            exchange: a call of the operation.
            violations: what breaks the contract in its answer; `None` where that says nothing about the provider.
        """
        self._calls += 1
        if violations is None or not exchange.status:
            return
        seen = self._seen(exchange.status)
        self._statuses[exchange.status] = replace(
            seen,
            count=seen.count + 1,
            contradicted=seen.contradicted + bool(violations),
            at=max(seen.at, exchange.at),
        )

    def contradict(self, exchange: Exchange) -> None:
        """Note that an answer broke a rule after all."""
        if exchange.status:
            seen = self._seen(exchange.status)
            self._statuses[exchange.status] = replace(seen, contradicted=seen.contradicted + 1)

    def examined(self) -> OperationExamined:
        """Return what was seen."""
        about = self._operation
        statuses = tuple(each for _, each in sorted(self._statuses.items()))
        return OperationExamined(about.key, about.method, about.path, self._calls, statuses)

    def _seen(self, status: int) -> StatusSeen:
        return self._statuses.get(status, StatusSeen(status, documented=False, protocol=False))
