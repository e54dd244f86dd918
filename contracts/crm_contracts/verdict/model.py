"""A verdict as plain data: what reports are written from, and what runs and workers merge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from crm_contracts.judge.codec import Malformed, decode, encode
from crm_contracts.verdict.coverage import Covered, OperationCoverage
from crm_contracts.verdict.findings import Allowed, Broken, Debt, Defect, Mistaken, Noticed, Refused, Unused

FORMAT: Final = "crm-mocks verdict 1"
"""Marks a JSON document as a verdict; the number rises when older programs could misread it."""


@dataclass(frozen=True)
class Verdict:
    """The verdict on what a client did in some sessions.

    Attributes:
        sessions: their names.
        exchanges: how many requests there were.
        faulty: how many of them broke the contract, and were not allowed to.
        vendors: named as the denominator of coverage; empty where the operations called are.
        contracts: digests of the contracts in force, by vendor.
        operations: those counted, and those called.
        broken: rules broken, also those allowed and known; requests without operation among them.
        refused: refusals without violations.
        unused: queued answers never used.
        allowed: the names under which mistakes are allowed.
        defects: of the mock; normally none.
        paid: entries of the baseline that are broken no more.
        mistaken: the requests that broke the contract, allowed or not.
        complaints: sentences on what else is wrong with the run, such as a client that was stopped at its time limit.
    """

    sessions: tuple[str, ...]
    exchanges: int
    faulty: int
    vendors: tuple[str, ...]
    contracts: Mapping[str, tuple[str, ...]]
    operations: tuple[OperationCoverage, ...]
    broken: tuple[Broken, ...] = ()
    refused: tuple[Refused, ...] = ()
    notices: tuple[Noticed, ...] = ()
    unused: tuple[Unused, ...] = ()
    allowed: tuple[Allowed, ...] = ()
    defects: tuple[Defect, ...] = ()
    paid: tuple[Debt, ...] = ()
    complaints: tuple[str, ...] = ()
    mistaken: tuple[Mistaken, ...] = ()

    @property
    def failing(self) -> tuple[Broken, ...]:
        """What breaks the contract, neither allowed nor known."""
        return tuple(each for each in self.broken if each.fails)

    @property
    def word(self) -> str:
        """The verdict in a word: `broken`, `kept`, or `not checked` where no request came."""
        if self.failing:
            return "broken"
        return "kept" if self.exchanges else "not checked"

    @property
    def counted(self) -> tuple[OperationCoverage, ...]:
        """The operations that coverage is about."""
        return tuple(each for each in self.operations if each.counted)

    @property
    def coverage(self) -> Covered:
        """Of outcomes."""
        return sum((each.coverage for each in self.counted), Covered(0, 0))

    @property
    def member_coverage(self) -> Covered:
        """Of members of requests."""
        return sum((each.member_coverage for each in self.counted), Covered(0, 0))

    @property
    def value_coverage(self) -> Covered:
        """Of enum values in requests."""
        return sum((each.value_coverage for each in self.counted), Covered(0, 0))

    def exit_code(self, fail_under: float | None = None) -> int:
        """Return 1 if the contract was broken, or coverage is under a percentage; else 0."""
        under = fail_under is not None and self.coverage.is_under(fail_under)
        return 1 if self.failing or under else 0

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as a JSON value, with what follows from it for readers that do not count themselves."""
        summary = {
            "verdict": self.word,
            "coverage": _summed(self.coverage),
            "members": _summed(self.member_coverage),
            "enum_values": _summed(self.value_coverage),
        }
        members: dict[str, Any] = encode(self)
        return {"format": FORMAT, **summary, **members}

    @classmethod
    def from_json(cls, value: Any) -> Verdict:
        """Return the verdict that `as_json` was of.

        Raises:
            Malformed: it is none, or one of a later version.
        """
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise Malformed(f'it has no "format": "{FORMAT}"')
        return decode(cls, value, "verdict")


def _summed(covered: Covered) -> dict[str, Any]:
    return {"covered": covered.covered, "total": covered.total, "percent": covered.percent}
