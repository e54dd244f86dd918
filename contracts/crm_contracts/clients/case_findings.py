"""Failures of cases as findings, so that allow-list, baseline and `--strict` apply to them as in every command.

A case whose response rests on a position of ours, which no document states, is listed apart unless the client crashes
or hangs; see `crm_contracts.judge.policy`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_contracts.clients.criteria import CRASHES_AND_HANGS
from crm_contracts.clients.model import ClientCaseResult
from crm_contracts.judge import baseline
from crm_contracts.judge.allow import allow, check_names
from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.basis import basis_of, is_position
from crm_contracts.judge.finding import Finding, Occurrence, ResponseCount, Side, Standing
from crm_contracts.judge.policy import Policy
from crm_contracts.judge.verdict import Verdict
from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Contract, Operation
from crm_mocks.contract.outcome import Outcome


def response_basis(operation: Operation, outcome: Outcome) -> str:
    """Return what a documented response rests on: the position of its status or of the form of its body, if any.

    The outcome's own basis is about the requests that a CRM answers so, which makes no difference to a client: a case
    gives it the response whatever it sent.
    """
    documented = operation.responses[outcome.status]
    return next((name for name in (documented.basis, documented.body_basis) if is_position(name)), DOCUMENT)


class CaseFindings:
    """Makes findings of failed cases, and settles which of them count."""

    def __init__(
        self,
        contracts: Mapping[str, Contract],
        policy: Policy,
        allowed: tuple[str, ...] = (),
        known: tuple[BaselineEntry, ...] = (),
    ) -> None:
        """Prepare to judge.

        Args:
            contracts: contracts in force, by vendor.
            policy: whether cases that rest on positions count.
            allowed: names of the allow-list.
            known: entries of the baseline.

        Raises:
            UsageError: a name of the allow-list is malformed or can never allow anything.
        """
        check_names(allowed, contracts.values())
        self._contracts = contracts
        self._policy = policy
        self._allowed = allowed
        self._known = known

    def finding(
        self,
        result: ClientCaseResult[Any],
        rule: str,
        location: tuple[str, ...],
        response: tuple[int, str],
        reproduction: str = "",
    ) -> Finding:
        """Return a failed case as a finding, settled.

        Args:
            result: result of the case.
            rule: name that `--allow <operation>:<rule>` takes.
            location: what makes the case the same in another campaign.
            response: status and outcome; 0 and the fault's name for a fault.
            reproduction: file that makes it happen again.
        """
        case = result.case
        vendor = case.operation.partition(".")[0]
        basis = basis_of(case.basis, self._contracts.get(vendor), case.operation)
        counts = self._policy.counts_case(basis, crashed_or_hung=result.rule in CRASHES_AND_HANGS)
        found = Finding(
            side=Side.CLIENT,
            vendor=vendor,
            operation=case.operation,
            rule=rule,
            location=location,
            message="; ".join(result.failures),
            basis=basis,
            cause=f"case {case}",
            occurrences=(Occurrence(source=str(case)),),
            responses=(ResponseCount(*response, count=1),),
            reproduction=reproduction,
            standing=Standing.FAILS if counts else Standing.ASSUMPTION,
        )
        return self.verdict([found]).findings[0]

    def verdict(self, findings: Iterable[Finding]) -> Verdict:
        """Return the verdict on findings, with those marked that are allowed or known."""
        verdict = allow(Verdict(findings=tuple(findings)), self._allowed)
        return baseline.apply(verdict, self._known) if self._known else verdict
