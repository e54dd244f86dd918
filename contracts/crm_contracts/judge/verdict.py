"""Verdicts of all commands, as plain data, to report and merge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from crm_contracts.judge import format1
from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.codec import Malformed, decode, encode
from crm_contracts.judge.coverage import STATUS_WORDS, Covered, OperationCoverage
from crm_contracts.judge.finding import Finding, Side, Standing
from crm_contracts.judge.verdict_entries import (
    AllowedMistakes,
    FaultyRequests,
    MockDefect,
    NoticeCount,
    RefusedRequests,
    UnmatchedRequests,
    UnusedResponse,
)
from crm_contracts.report.json_document import FORMAT

EMBEDDED: Final = "client_verdict"
"""Member with the verdict in reports that have their own result, such as those of sweep and fuzz."""

_REQUIRED: Final = ("exchanges", "operations", "findings")


@dataclass(frozen=True)
class Verdict:
    """The verdict on clients, providers, or both.

    Attributes:
        title: heading, such as `Recorded traffic`; empty for requests to mocks.
        sessions: names of the mocks' sessions.
        subjects: sources of exchanges: files, or the URL of a provider.
        exchanges: number of requests, matched or not.
        faulty: number of requests with a failing finding.
        vendors: vendors whose operations count for coverage; if empty, the called operations count.
        contracts: digests of the contracts in force, by vendor.
        operations: counted, called or verified operations.
        findings: findings of any standing.
        refused: refusals of valid requests.
        notices: notices, which break no rule.
        unused: queued responses that were not used as often as queued.
        allowed: entries of the allow-list.
        defects: defects of the mock; normally none.
        resolved: fixed entries of the baseline.
        unmatched: requests unrelated to the contracts.
        complaints: sentences about other problems, such as a client that exceeded its time limit.
        faulty_requests: requests with findings, allowed or not.
        unread: sentences about recorded exchanges that were skipped, or parts of which are missing.
        not_applied: checks of a provider that were not applied, each with its reason.

    Example:
        verdict = Verdict.from_json(json.loads(Path("verdict.json").read_bytes()))
        for finding in verdict.failing:
            print(finding.operation, finding.rule)
        sys.exit(verdict.exit_code(fail_under=80))
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
    unread: tuple[str, ...] = ()
    not_applied: tuple[str, ...] = ()

    @property
    def failing(self) -> tuple[Finding, ...]:
        """Findings that fail the verdict."""
        return tuple(finding for finding in self.findings if finding.fails)

    def failing_of(self, side: Side) -> tuple[Finding, ...]:
        """Return the findings of one side that fail the verdict."""
        return tuple(finding for finding in self.findings if finding.fails and finding.side is side)

    def standing(self, *standings: Standing) -> tuple[Finding, ...]:
        """Return the findings with one of the standings, of any side."""
        return tuple(finding for finding in self.findings if finding.standing in standings)

    def as_strict(self) -> Verdict:
        """Return the verdict with all findings that rest on positions counted."""
        not_counted = (Standing.ASSUMPTION, Standing.CONTRADICTED)
        findings = (
            replace(finding, standing=Standing.FAILS) if finding.standing in not_counted else finding
            for finding in self.findings
        )
        return replace(self, findings=tuple(findings))

    @property
    def is_checked(self) -> bool:
        """Whether an operation was called or there are findings."""
        return any(operation.count for operation in self.operations) or bool(self.findings)

    @property
    def word(self) -> str:
        """`broken`, `kept`, or `not checked` if no operation was called."""
        if self.failing:
            return "broken"
        return "kept" if self.is_checked else "not checked"

    @property
    def counted(self) -> tuple[OperationCoverage, ...]:
        """Operations in the denominator of coverage."""
        return tuple(operation for operation in self.operations if operation.counted)

    @property
    def coverage(self) -> Covered:
        """Coverage of the outcomes that a client that keeps the contract can meet."""
        return sum((operation.coverage for operation in self.counted), Covered(0, 0))

    @property
    def other_coverage(self) -> Covered:
        """Coverage of the outcomes reached only by breaking the contract, or only on request."""
        return sum((operation.other_coverage for operation in self.counted), Covered(0, 0))

    @property
    def member_coverage(self) -> Covered:
        """Coverage of request members."""
        return sum((operation.member_coverage for operation in self.counted), Covered(0, 0))

    @property
    def value_coverage(self) -> Covered:
        """Coverage of enum values in requests."""
        return sum((operation.value_coverage for operation in self.counted), Covered(0, 0))

    @property
    def verified(self) -> tuple[OperationCoverage, ...]:
        """Operations with statuses of a provider."""
        return tuple(operation for operation in self.operations if operation.statuses)

    def statuses(self, word: str) -> int:
        """Return the number of documented statuses of a provider in a state.

        Args:
            word: `confirmed`, `contradicted` or `not reached`.
        """
        return sum(status.word == word for operation in self.operations for status in operation.counted_statuses)

    def without_uncalled_vendors(self) -> Verdict:
        """Return the verdict without vendors that were not called, or unchanged if none was called."""
        called = {operation.vendor for operation in self.operations if operation.count}
        if not called:
            return self
        return replace(
            self,
            vendors=tuple(vendor for vendor in self.vendors if vendor in called),
            contracts={name: digests for name, digests in self.contracts.items() if name in called},
            operations=tuple(operation for operation in self.operations if operation.vendor in called),
        )

    def exit_code(self, fail_under: float | None = None) -> int:
        """Return the exit code: 1 if there are failing findings or complaints, or coverage is too low, otherwise 0.

        Args:
            fail_under: least coverage of outcomes, in percent; `None` for any.
        """
        under = fail_under is not None and self.coverage.is_under(fail_under)
        return 1 if self.failing or self.complaints or under else 0

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as JSON, with summary figures."""
        summary = {
            "verdict": self.word,
            "coverage": self.coverage.as_json(),
            "other_coverage": self.other_coverage.as_json(),
            "members": self.member_coverage.as_json(),
            "enum_values": self.value_coverage.as_json(),
            "statuses": {word.replace(" ", "_"): self.statuses(word) for word in STATUS_WORDS},
        }
        members: dict[str, Any] = encode(self)
        return {"format": FORMAT, **summary, **members}

    @classmethod
    def from_json(cls, value: Any) -> Verdict:
        """Decode the verdict of a JSON report, of format 1 or 2.

        Args:
            value: the parsed report, as `as_json` returns it, or with the verdict as a member.

        Raises:
            Malformed: the report has no verdict or another format.
        """
        if isinstance(value, dict) and value.get("format") == format1.FORMAT:
            return decode(cls, format1.upgrade(value), "verdict")
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise Malformed(f'it has no "format": "{FORMAT}"')
        verdict = value.get(EMBEDDED, value)
        missing = [name for name in _REQUIRED if not isinstance(verdict, dict) or name not in verdict]
        if missing:  # all members have defaults, and other commands also write reports of this format
            raise Malformed(f"verdict.{missing[0]} is missing")
        return decode(cls, verdict, "verdict")
