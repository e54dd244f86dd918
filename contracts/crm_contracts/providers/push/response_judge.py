"""Holding the responses of a receiver to the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from crm_contracts.judge.basis import is_position
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.description import response_of
from crm_contracts.judge.exchanges.exchange_judge import ACCEPTED_INVALID, NO_RESPONSE, ExchangeJudge
from crm_contracts.judge.exchanges.judgement import Judgement
from crm_contracts.judge.exchanges.response_rules import UNDOCUMENTED_STATUS
from crm_contracts.judge.exchanges.secrets import RedactionContext, Secrets
from crm_contracts.judge.finding import Finding, Side
from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.judge.verdict import Verdict
from crm_contracts.providers.push import expected
from crm_contracts.providers.push.acceptance import Acceptance
from crm_contracts.providers.push.merged_findings import merged
from crm_mocks.basis import DOCUMENT, HTTP
from crm_mocks.contract import Operation
from crm_mocks.vendor.sender import Push, PushCase, Sender
from crm_mocks.violations import Violation

_NOT_THE_RECEIVER: Final = frozenset({301, 302, 303, 307, 308, 404, 405, 502, 503, 504})
"""Statuses that suggest that something other than the receiver responded."""


class ResponseJudge:
    """Judges the responses of a receiver.

    Attributes:
        unreached: consecutive requests that have not reached the receiver.
    """

    def __init__(
        self,
        sender: Sender,
        url: str,
        settings: Mapping[str, Any],
        secrets: Secrets,
        policy: Policy = DEFAULT,
    ) -> None:
        """Start without responses.

        Args:
            sender: makes the requests.
            url: of the receiver.
            settings: by `<vendor>.<name>`; they select the contract in force.
            secrets: redacts exchanges before they are shown.
            policy: what the receiver is held to.
        """
        self.unreached = 0
        self._has_required = self._has_failed = False
        self._sender = sender
        self._contract = sender.context.contract
        self._url = url
        self._secrets = secrets
        self._policy = policy
        self._judge = ExchangeJudge((sender.context.receiver or self._contract.vendor,), settings)
        self.forget()

    def violations(self, push: Push, exchange: Exchange, case: PushCase | None) -> list[Violation]:
        """Return the violations of a response, or of its absence.

        Args:
            push: the request.
            exchange: with the response.
            case: that the request belongs to; without it, any documented response is accepted, and any refusal of
                the credentials.
        """
        is_unreached = bool(exchange.failure) or exchange.status in _NOT_THE_RECEIVER
        self.unreached = self.unreached + 1 if is_unreached else 0
        redacted = self._secrets.redacted(exchange, RedactionContext(self._operation(push))).exchange
        if exchange.failure:
            location = ("answer",) if case is None else ("case", case.name)
            return [Violation(location, NO_RESPONSE, redacted.failure, basis=HTTP)]
        operation = self._operation(push)
        of_contract = self._judge.response_violations(operation, self._at_contract_path(operation, exchange))
        if case is None:
            return [_as_refused_credentials(violation, operation, exchange.status) for violation in of_contract]
        shown = replace(exchange, response_headers=redacted.response_headers)
        of_case = list(expected.violations(operation, self._sender, case, push, shown))
        if not expected.is_expected(operation, push, exchange):
            return of_case  # the documentation of another status matters little
        basis = expected.case_basis(operation, case, push)
        if is_position(basis) and not expected.accepts(operation, push):
            of_contract = [replace(each, basis=basis) if each.basis == DOCUMENT else each for each in of_contract]
        covered = {ACCEPTED_INVALID, *(violation.rule for violation in of_case)} if of_case else set()
        return of_case + [violation for violation in of_contract if violation.rule not in covered]

    def add(
        self,
        push: Push,
        exchange: Exchange,
        violations: list[Violation],
        case: PushCase | None,
        *,
        repeated: bool = False,
    ) -> bool:
        """Add a response to the verdict; return whether a violation fails it.

        Args:
            push: the request.
            exchange: with the response.
            violations: of the response and of what is stored.
            case: as in `violations`.
            repeated: the receiver has accepted a record with this id before.
        """
        operation = self._operation(push)
        refused = case is None and not exchange.failure and self._judge.is_refusal(operation, exchange.status, None)
        match = self._judge.match(operation.method, operation.path)
        named = replace(exchange, source=f"case {case.name}") if case is not None else exchange
        judgement = Judgement(match, operation, response=tuple(violations), refused=refused)
        findings = self._collector.add_judged(named, judgement)
        if case is not None:
            self._remember_cases(case, findings)
        if not push.operation and (case is None or expected.accepts(operation, push)):
            self._acceptance.add(push, exchange, case, repeated=repeated)
            self._has_failed = self._has_failed or any(finding.fails for finding in findings)
        return any(finding.fails for finding in findings)

    def add_accepted(self, push: Push) -> None:
        """Add an accepted request that is not judged itself."""
        self._acceptance.add_accepted(push)

    def earlier(self, case: PushCase) -> str:
        """Return the name of an earlier case that failed for the same cause; empty if none did."""
        return self._acceptance.earlier(case) or self._earlier.get(case.name, "")

    def require_accepted(self) -> None:
        """Add a finding if the receiver has accepted none of the records that it should have accepted."""
        found = self._acceptance.violation()
        if found is None or self._has_required:
            return
        self._has_required = True
        exchange, violation = found
        operation = self._contract.operations[self._sender.operation]
        self._collector.add_violations(exchange, operation, Side.PROVIDER, [violation], is_first=not self._has_failed)

    def shown(self, push: Push, exchange: Exchange, violations: Iterable[Violation]) -> str:
        """Return status and beginning of the body, redacted."""
        context = RedactionContext(self._operation(push), response=tuple(violations))
        return response_of(self._secrets.redacted(exchange, context).exchange)

    def complain(self, complaint: str) -> None:
        """Add a complaint, a sentence, to the verdict."""
        self._collector.complain(complaint)

    def verdict(self) -> Verdict:
        """Return the verdict so far."""
        verdict = self._collector.verdict()
        return replace(verdict, findings=merged(verdict.findings, self._cases, self._acceptance.causes()))

    def forget(self) -> None:
        """Discard all findings."""
        subject = self._judge.redaction.url(self._url.partition("?")[0])
        title = f"Receiver of {self._contract.title}"
        self._collector = Collector(
            self._judge, title, [subject], sides=[Side.PROVIDER], secrets=self._secrets, policy=self._policy
        )
        self._cases: dict[object, dict[str, None]] = {}
        self._earlier: dict[str, str] = {}
        self._acceptance = Acceptance(self._sender)
        self._has_required = self._has_failed = False

    def _remember_cases(self, case: PushCase, findings: list[Finding]) -> None:
        """Remember which cases show a finding, and whether a case shows only findings of earlier ones."""
        failing = [finding for finding in findings if finding.fails]
        earlier = [next(iter(self._cases.get((each.group, each.standing), {case.name: None}))) for each in failing]
        if failing and case.name not in earlier:
            self._earlier.setdefault(case.name, earlier[0])
        for finding in findings:
            self._cases.setdefault((finding.group, finding.standing), {})[case.name] = None

    def _at_contract_path(self, operation: Operation, exchange: Exchange) -> Exchange:
        """Return an exchange with the contract's path; receivers may use any path."""
        return replace(exchange, url=urlsplit(exchange.url)._replace(path=operation.path).geturl())

    def _operation(self, push: Push) -> Operation:
        return self._contract.operations[push.operation or self._sender.operation]


def _as_refused_credentials(violation: Violation, operation: Operation, status: int) -> Violation:
    """Return a violation by 403 with the basis of 401, which it may replace if the documents name neither."""
    unauthorized = operation.responses.get(401)
    if violation.rule != UNDOCUMENTED_STATUS or status != 403 or unauthorized is None:
        return violation
    return replace(violation, basis=unauthorized.basis)
