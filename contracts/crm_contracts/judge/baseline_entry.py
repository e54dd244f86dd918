"""Entries of a baseline."""

from __future__ import annotations

from dataclasses import dataclass

from crm_contracts.judge.finding import Finding, FindingKey, Side


@dataclass(frozen=True)
class BaselineEntry:
    """The identity of a known finding. For other attributes, see `Finding`.

    Attributes:
        operation: the operation, or the vendor if no operation matches.
        status: 0 for client findings.
    """

    operation: str
    rule: str
    location: tuple[str, ...]
    request: str = ""
    side: Side = Side.CLIENT
    status: int = 0

    @classmethod
    def of(cls, finding: Finding) -> BaselineEntry:
        """Return the entry for a finding."""
        side, owner, status, rule, location, request = finding.key
        return cls(owner, rule, location, request, Side(side), status)

    @property
    def key(self) -> FindingKey:
        """See `Finding.key`."""
        return self.side, self.operation, self.status, self.rule, self.location, self.request
