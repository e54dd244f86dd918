"""The verdict of every command, as plain data: reports are written from it, runs and workers are merged by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from crm_contracts.judge import format1
from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.codec import Malformed, decode, encode
from crm_contracts.judge.coverage import STATUS_WORDS, Covered, OperationCoverage
from crm_contracts.judge.finding import (
    AllowedMistakes,
    FaultyRequests,
    Finding,
    MockDefect,
    NoticeCount,
    RefusedRequests,
    Side,
    Standing,
    UnmatchedRequests,
    UnusedResponse,
)
from crm_contracts.report.document import FORMAT

EMBEDDED: Final = "client_verdict"
"""Member that holds the verdict in reports with a result of their own, such as those of sweep and fuzz."""

_REQUIRED: Final = ("exchanges", "operations", "findings")


@dataclass(frozen=True)
class Verdict:
    """The verdict on clients, providers, or both.

    Attributes:
        title: what was judged, for a heading: `Recorded traffic`; empty for what mocks received.
        sessions: names of the mocks' sessions.
        subjects: where exchanges come from: files, or the URL of a provider.
        exchanges: number of requests, matched or not.
        faulty: how many of them have a finding that fails.
        vendors: whose operations coverage is about; empty if it is about those called.
        contracts: digests of the contracts in force, by vendor.
        operations: those counted, called or verified.
        findings: all of them, whatever their standing.
        refused: refusals of requests that broke nothing.
        notices: what breaks nothing but is worth knowing.
        unused: queued responses that were not used up.
        allowed: entries of the allow-list.
        defects: of the mock; normally none.
        resolved: entries of the baseline that are fixed.
        unmatched: requests that have nothing to do with the contract.
        complaints: sentences on what else is wrong, such as a client that was stopped at its time limit.
        faulty_requests: requests in exchanges with findings, allowed or not.
    """

    title: str = ""
    sessions: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    exchanges: int = 0
    faulty: int = 0
    vendors: tuple[str, ...] = ()
    contracts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    operations: tuple[OperationCoverage, ...] = ()
    findings: tuple[Finding, ...] = ()
    refused: tuple[RefusedRequests, ...] = ()
    notices: tuple[NoticeCount, ...] = ()
    unused: tuple[UnusedResponse, ...] = ()
    allowed: tuple[AllowedMistakes, ...] = ()
    defects: tuple[MockDefect, ...] = ()
    resolved: tuple[BaselineEntry, ...] = ()
    unmatched: tuple[UnmatchedRequests, ...] = ()
    complaints: tuple[str, ...] = ()
    faulty_requests: tuple[FaultyRequests, ...] = ()

    @property
    def failing(self) -> tuple[Finding, ...]:
        """Findings that break the verdict."""
        return tuple(each for each in self.findings if each.fails)

    def failing_of(self, side: Side) -> tuple[Finding, ...]:
        """Return the findings of one side that break the verdict."""
        return tuple(each for each in self.findings if each.fails and each.side is side)

    def standing(self, *standings: Standing) -> tuple[Finding, ...]:
        """Return the findings of some standings."""
        return tuple(each for each in self.findings if each.standing in standings)

    def strictly(self) -> Verdict:
        """Return the verdict with what rests on positions alone counted, whatever a provider says."""
        apart = (Standing.ASSUMPTION, Standing.CONTRADICTED)
        findings = (
            replace(each, standing=Standing.FAILS) if each.standing in apart else each for each in self.findings
        )
        return replace(self, findings=tuple(findings))

    @property
    def is_checked(self) -> bool:
        """Whether an operation of a contract was called, or a finding says what was called instead."""
        return any(each.count for each in self.operations) or bool(self.findings)

    @property
    def word(self) -> str:
        """The verdict in a word: `broken`, `kept`, or `not checked` if no operation was called."""
        if self.failing:
            return "broken"
        return "kept" if self.is_checked else "not checked"

    @property
    def counted(self) -> tuple[OperationCoverage, ...]:
        """Operations in the denominator of coverage."""
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

    @property
    def verified(self) -> tuple[OperationCoverage, ...]:
        """Operations whose statuses a provider may show."""
        return tuple(each for each in self.operations if each.statuses)

    def statuses(self, word: str) -> int:
        """Return how many statuses are `confirmed`, `contradicted` or `not reached`."""
        return sum(each.word == word for operation in self.operations for each in operation.counted_statuses)

    def about_called(self) -> Verdict:
        """Return the verdict without the vendors of which no operation was called, if any was."""
        called = {each.vendor for each in self.operations if each.count}
        if not called:
            return self
        return replace(
            self,
            vendors=tuple(each for each in self.vendors if each in called),
            contracts={name: digests for name, digests in self.contracts.items() if name in called},
            operations=tuple(each for each in self.operations if each.vendor in called),
        )

    def exit_code(self, fail_under: float | None = None) -> int:
        """Return 1 if a contract was broken, something else is wrong, or coverage is under a percentage; else 0."""
        under = fail_under is not None and self.coverage.is_under(fail_under)
        return 1 if self.failing or self.complaints or under else 0

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as a JSON value, with sums for readers that do not count themselves."""
        summary = {
            "verdict": self.word,
            "coverage": self.coverage.as_json(),
            "members": self.member_coverage.as_json(),
            "enum_values": self.value_coverage.as_json(),
            "statuses": {word.replace(" ", "_"): self.statuses(word) for word in STATUS_WORDS},
        }
        members: dict[str, Any] = encode(self)
        return {"format": FORMAT, **summary, **members}

    @classmethod
    def from_json(cls, value: Any) -> Verdict:
        """Return the verdict in a JSON report, also of format 1.

        Raises:
            Malformed: there is none, or it is of a later format.
        """
        if isinstance(value, dict) and value.get("format") == format1.FORMAT:
            return decode(cls, format1.upgraded(value), "verdict")
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise Malformed(f'it has no "format": "{FORMAT}"')
        found = value.get(EMBEDDED, value)
        missing = [name for name in _REQUIRED if not isinstance(found, dict) or name not in found]
        if missing:  # all have defaults, and other commands write reports of this format, too
            raise Malformed(f"verdict.{missing[0]} is missing")
        return decode(cls, found, "verdict")
