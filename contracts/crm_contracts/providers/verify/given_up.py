"""Operations of which some or all requests took too long to make."""

from __future__ import annotations

from collections.abc import Mapping

from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.observations import ObservationLog
from crm_mocks.contract import Operation


class GivenUp:
    """Names what was not made."""

    def __init__(self, operations: Mapping[str, Operation], case_counts: CaseCounts, log: ObservationLog) -> None:
        """Start without any.

        Args:
            operations: of the contract, by operationId; may be filled later.
            case_counts: cases that were sent.
            log: of what is observed.
        """
        self._operations = operations
        self._case_counts = case_counts
        self._log = log
        self._names: set[str] = set()

    def add(self, label: str, what: str) -> None:
        """Name what was not made of an operation.

        Args:
            label: schemathesis' name of the operation; empty for chains of operations.
            what: what was not made, with the reason.
        """
        labels = (each.id for each in self._operations.values() if f"{each.method} {each.path}" == label)
        name = next(labels, label)
        self._names.add(name)
        self._log.remark(f"{name}: {what}" if name else what)

    def complain(self) -> None:
        """Name the operations of which no request at all was made."""
        for name in sorted(self._names - self._case_counts.operations.keys() - {""}):
            self._log.complaint(f"{name}: no request could be made in time")
