"""An entry of a baseline: a finding that is known."""

from __future__ import annotations

from dataclasses import dataclass

from crm_contracts.judge.finding import Finding, FindingKey, Side


@dataclass(frozen=True)
class BaselineEntry:
    """What makes a known finding the same in another run. Attributes as in `Finding`.

    Attributes:
        operation: or the vendor, if no operation matches.
        status: 0 for a client's finding.
    """

    operation: str
    rule: str
    location: tuple[str, ...]
    request: str = ""
    side: Side = Side.CLIENT
    status: int = 0

    @classmethod
    def of(cls, finding: Finding) -> BaselineEntry:
        """Return the entry of a finding."""
        side, owner, status, rule, location, request = finding.key
        return cls(owner, rule, location, request, Side(side), status)

    @property
    def key(self) -> FindingKey:
        """As in `Finding`."""
        return self.side, self.operation, self.status, self.rule, self.location, self.request
