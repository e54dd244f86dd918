"""Holding the responses of a receiver to the contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from crm_contracts.judge.collector import Collector
from crm_contracts.judge.description import ExchangeDescriber
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchange_judge import ACCEPTED_INVALID, NO_RESPONSE, ExchangeJudge
from crm_contracts.judge.finding import Finding, Side
from crm_contracts.judge.judgement import Judgement
from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.judge.secrets import Secrets
from crm_contracts.judge.verdict import Verdict
from crm_contracts.providers.push import expected
from crm_mocks.basis import HTTP
from crm_mocks.contract import Operation
from crm_mocks.vendor.sender import Push, PushCase, Sender
from crm_mocks.violations import Violation

_NOT_THE_RECEIVER: Final = frozenset({301, 302, 303, 307, 308, 404, 405, 502, 503, 504})
"""Statuses that suggest that something other than the receiver responded."""

_MAX_NAMED: Final = 5
"""Cases that a finding names in addition to the first."""


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
        self._sender = sender
        self._contract = sender.context.contract
        self._url = url
        self._secrets = secrets
        self._policy = policy
        self._judge = ExchangeJudge((self._contract.vendor,), settings)
        self._describer = ExchangeDescriber([self._contract])
        self.forget()

    def violations(self, push: Push, exchange: Exchange, case: PushCase | None) -> list[Violation]:
        """Return the violations of a response, or of its absence.

        Args:
            push: the request.
            exchange: with the response.
            case: that the request belongs to; without it, any documented response is accepted.
        """
        is_unreached = bool(exchange.failure) or exchange.status in _NOT_THE_RECEIVER
        self.unreached = self.unreached + 1 if is_unreached else 0
        redacted = self._secrets.redacted(exchange)
        if exchange.failure:
            location = ("answer",) if case is None else ("case", case.name)
            return [Violation(location, NO_RESPONSE, redacted.failure, basis=HTTP)]
        operation = self._operation(push)
        of_contract = self._judge.response_violations(operation, self._at_contract_path(operation, exchange))
        if case is None:
            return of_contract
        shown = replace(exchange, response_headers=redacted.response_headers)
        of_case = list(expected.violations(operation, self._sender, case, push, shown))
        covered = {ACCEPTED_INVALID, *(violation.rule for violation in of_case)} if of_case else set()
        return of_case + [violation for violation in of_contract if violation.rule not in covered]

    def add(self, push: Push, exchange: Exchange, violations: list[Violation], case: PushCase | None) -> bool:
        """Add a response to the verdict; return whether a violation fails it.

        Args:
            push: the request.
            exchange: with the response.
            violations: of the response and of what is stored.
            case: as in `violations`.
        """
        operation = self._operation(push)
        refused = case is None and not exchange.failure and self._judge.is_refusal(operation, exchange.status, None)
        match = self._judge.match(operation.method, operation.path)
        named = replace(exchange, source=f"case {case.name}") if case is not None else exchange
        judgement = Judgement(match, operation, response=tuple(violations), refused=refused)
        findings = self._collector.add_judged(named, judgement)
        for finding in findings:
            if case is not None:
                self._cases.setdefault(finding.key, {})[case.name] = None
        return any(finding.fails for finding in findings)

    def shown(self, exchange: Exchange) -> str:
        """Return status and beginning of the body, without credentials."""
        return self._describer.response(self._secrets.redacted(exchange))

    def complain(self, complaint: str) -> None:
        """Add a complaint, a sentence, to the verdict."""
        self._collector.complain(complaint)

    def verdict(self) -> Verdict:
        """Return the verdict so far."""
        verdict = self._collector.verdict()
        return replace(verdict, findings=tuple(map(self._with_cases, verdict.findings)))

    def forget(self) -> None:
        """Discard all findings."""
        subject = self._describer.url(self._url, query=False)
        title = f"Receiver of {self._contract.title}"
        self._collector = Collector(
            self._judge, title, [subject], sides=[Side.PROVIDER], secrets=self._secrets, policy=self._policy
        )
        self._cases: dict[object, dict[str, None]] = {}

    def _with_cases(self, finding: Finding) -> Finding:
        """Return a finding with the names of all cases that show it, if there are several."""
        _, *others = self._cases.get(finding.key, {"": None})
        if not others:
            return finding
        more = f" and {len(others) - _MAX_NAMED} more" if len(others) > _MAX_NAMED else ""
        return replace(finding, message=f"{finding.message} (also: {', '.join(others[:_MAX_NAMED])}{more})")

    def _at_contract_path(self, operation: Operation, exchange: Exchange) -> Exchange:
        """Return an exchange with the contract's path; receivers may use any path."""
        return replace(exchange, url=urlsplit(exchange.url)._replace(path=operation.path).geturl())

    def _operation(self, push: Push) -> Operation:
        return self._contract.operations[push.operation or self._sender.operation]
