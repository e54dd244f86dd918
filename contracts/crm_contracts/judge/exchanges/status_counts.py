"""Count responses of an operation by status."""

from __future__ import annotations

from dataclasses import replace

from crm_contracts.judge.coverage import OperationCoverage, StatusCount
from crm_contracts.judge.exchange import Exchange
from crm_mocks.contract import Operation


class StatusCounts:
    """Responses of a provider to one operation, by status."""

    def __init__(self, operation: Operation) -> None:
        """Start with the documented statuses."""
        self._operation = operation
        self._requests = 0
        self._statuses = {
            status: StatusCount(status, documented=True, protocol=response.protocol)
            for status, response in operation.responses.items()
        }

    def add(self, exchange: Exchange, *, judged: bool, broken: bool) -> None:
        """Count an exchange.

        Args:
            exchange: exchange with the operation.
            judged: whether the response is evidence about the provider.
            broken: whether the response breaks the contract.
        """
        self._requests += 1
        if not judged or not exchange.status:
            return
        previous = self._count(exchange.status)
        self._statuses[exchange.status] = replace(
            previous,
            count=previous.count + 1,
            contradicted=previous.contradicted + broken,
            at=max(previous.at, exchange.at),
        )

    def contradict(self, exchange: Exchange) -> None:
        """Mark a response that was added before as breaking the contract."""
        if exchange.status:
            previous = self._count(exchange.status)
            self._statuses[exchange.status] = replace(previous, contradicted=previous.contradicted + 1)

    def coverage(self) -> OperationCoverage:
        """Return the counts."""
        operation = self._operation
        statuses = tuple(status for _, status in sorted(self._statuses.items()))
        return OperationCoverage(
            operation.key,
            operation.vendor,
            operation.method,
            operation.path,
            counted=False,
            count=self._requests,
            statuses=statuses,
        )

    def _count(self, status: int) -> StatusCount:
        return self._statuses.get(status, StatusCount(status, documented=False, protocol=False))
