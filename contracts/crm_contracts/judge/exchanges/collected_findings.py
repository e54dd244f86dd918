"""Findings about exchanges: one for each broken rule, location and standing, with its first few occurrences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from crm_contracts.judge.basis import basis_of
from crm_contracts.judge.exchanges.bounded_groups import BoundedGroups
from crm_contracts.judge.exchanges.redacted_exchange import RedactedExchange
from crm_contracts.judge.expectation import expected
from crm_contracts.judge.finding import MAX_OCCURRENCES, Finding, ResponseCount, Side
from crm_contracts.judge.policy import Policy
from crm_mocks.contract import Contract, Operation
from crm_mocks.state.stats import place_of
from crm_mocks.violations import Violation


class CollectedFindings:
    """Makes findings of violations, and counts those that occur again."""

    def __init__(self, contracts: Mapping[str, Contract], policy: Policy) -> None:
        """Start without findings.

        Args:
            contracts: contracts in force, by vendor.
            policy: rules that each side must satisfy.
        """
        self._contracts = contracts
        self._policy = policy
        self._groups = BoundedGroups[Finding]()

    @property
    def is_truncated(self) -> bool:
        """Whether findings were dropped because there were too many."""
        return self._groups.is_truncated

    def sorted(self) -> tuple[Finding, ...]:
        """Return all findings, sorted."""
        return self._groups.sorted()

    def add(
        self, shown: RedactedExchange, operation: Operation, side: Side, *, succeeded: bool = False
    ) -> list[Finding]:
        """Add the violations of one side of an exchange; return the findings, without occurrences.

        Args:
            shown: the exchange.
            operation: its operation.
            side: side at fault.
            succeeded: whether a real provider responded with success.
        """
        if not shown.has_violations(side):
            return []
        findings: dict[object, Finding] = {}
        for violation in shown.violations(side):  # several entries of an array may break the same rule
            finding = self._finding(shown, operation, side, violation, succeeded=succeeded)
            findings.setdefault((finding.group, finding.standing), finding)
        for finding in findings.values():  # an assumption must not hide that the same rule was broken
            self._count(finding, shown)
        return list(findings.values())

    def add_rejected(self, shown: RedactedExchange) -> list[Finding]:
        """Add the rules of HTTP that were broken by what never became a request, so that it has no operation."""
        findings = [_rejection(shown, violation) for violation in shown.violations(Side.CLIENT)]
        for finding in findings:
            self._count(finding, shown)
        return findings

    def _count(self, finding: Finding, shown: RedactedExchange) -> None:
        first, another = partial(_with_first_occurrence, finding, shown), partial(_with_another_occurrence, shown)
        self._groups.add((finding.group, finding.standing), first, another)

    def _finding(
        self, shown: RedactedExchange, operation: Operation, side: Side, violation: Violation, *, succeeded: bool
    ) -> Finding:
        response_status = shown.exchange.status if side is Side.PROVIDER else None
        contract = self._contracts[operation.vendor]
        basis = basis_of(violation.basis, contract, operation.key, violation.location, response_status)
        return Finding(
            side=side,
            vendor=operation.vendor,
            operation=operation.key,
            rule=violation.rule,
            location=place_of(violation.location),
            message=violation.message,
            sent=violation.sent,
            expected=expected(violation),
            basis=basis,
            status=shown.exchange.status,
            responses=(ResponseCount(shown.exchange.status, "", 1),),
            standing=self._policy.standing(side, basis, succeeded=succeeded),
            member=tuple(map(str, violation.location[1:])),
        )


def _rejection(shown: RedactedExchange, violation: Violation) -> Finding:
    return Finding(
        side=Side.CLIENT,
        vendor="",
        operation="",
        rule=violation.rule,
        location=place_of(violation.location),
        message=violation.message,
        expected=expected(violation),
        basis=basis_of(violation.basis, None, location=violation.location),
        status=shown.exchange.status,
        responses=(ResponseCount(shown.exchange.status, "", 1),),
    )


def _with_first_occurrence(finding: Finding, shown: RedactedExchange) -> Finding:
    """Return a finding with its first occurrence and the body that holds the member."""
    return replace(finding, occurrences=(shown.occurrence,), body=shown.body(finding.side, finding.location))


def _with_another_occurrence(shown: RedactedExchange, known: Finding) -> Finding:
    occurrences = known.occurrences
    if len(occurrences) < MAX_OCCURRENCES:
        occurrences = (*occurrences, shown.occurrence)
    counts = {response.status: response for response in known.responses}
    status = shown.exchange.status
    previous = counts.get(status, ResponseCount(status, "", 0))
    counts[status] = replace(previous, count=previous.count + 1)
    responses = tuple(counts[code] for code in sorted(counts))
    return replace(known, count=known.count + 1, occurrences=occurrences, responses=responses)
