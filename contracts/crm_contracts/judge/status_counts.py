"""Counting the responses to one operation by status."""

from __future__ import annotations

from dataclasses import replace

from crm_contracts.judge.coverage import OperationCoverage, StatusCount
from crm_contracts.judge.exchange import Exchange
from crm_mocks.contract import Operation


class StatusCounts:
    """What a provider showed of one operation."""

    def __init__(self, operation: Operation) -> None:
        """Begin with what the contract documents."""
        self._operation = operation
        self._requests = 0
        self._statuses = {
            status: StatusCount(status, documented=True, protocol=response.protocol)
            for status, response in operation.responses.items()
        }

    def add(self, exchange: Exchange, *, judged: bool, broken: bool) -> None:
        """Count an exchange.

        Args:
            exchange: matches the operation.
            judged: the response says something about the provider.
            broken: the response breaks the contract.
        """
        self._requests += 1
        if not judged or not exchange.status:
            return
        known = self._known(exchange.status)
        self._statuses[exchange.status] = replace(
            known,
            count=known.count + 1,
            contradicted=known.contradicted + broken,
            at=max(known.at, exchange.at),
        )

    def contradict(self, exchange: Exchange) -> None:
        """Count a response, added before, as one that breaks the contract after all."""
        if exchange.status:
            known = self._known(exchange.status)
            self._statuses[exchange.status] = replace(known, contradicted=known.contradicted + 1)

    def coverage(self) -> OperationCoverage:
        """Return what was counted."""
        about = self._operation
        statuses = tuple(each for _, each in sorted(self._statuses.items()))
        return OperationCoverage(
            about.key, about.vendor, about.method, about.path, counted=False, count=self._requests, statuses=statuses
        )

    def _known(self, status: int) -> StatusCount:
        return self._statuses.get(status, StatusCount(status, documented=False, protocol=False))
