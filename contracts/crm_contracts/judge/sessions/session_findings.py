"""The failing findings of a session: what a test has to know, without the rest of the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm_contracts.judge.codec import decode, encode
from crm_contracts.judge.finding import Finding


@dataclass(frozen=True)
class SessionFindings:
    """The failing findings of a session.

    Attributes:
        exchanges: number of requests, matched or not.
        findings: findings that fail the verdict, unless a baseline has them.
    """

    exchanges: int
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the findings as JSON."""
        return {"exchanges": self.exchanges, "findings": encode(self.findings)}

    @classmethod
    def from_json(cls, value: Any) -> SessionFindings:
        """Decode findings that `as_json` returned.

        Raises:
            Malformed: the value has another form.
        """
        return decode(cls, value, "findings")
