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
from crm_contracts.providers.push.expected import violations
from crm_mocks.basis import HTTP
from crm_mocks.contract import Operation
from crm_mocks.vendor.sender import Push, PushCase, Sender
from crm_mocks.violations import Violation

_ELSEWHERE: Final = frozenset({301, 302, 303, 307, 308, 404, 405, 502, 503, 504})
"""Statuses that tell of somebody else than the receiver."""

_NAMED: Final = 5
"""Cases that a finding names beside the first."""


class ResponseJudge:
    """Judges answers, one after the other.

    Attributes:
        unanswered: requests in a row that have not reached the receiver.
    """

    def __init__(
        self,
        sender: Sender,
        url: str,
        settings: Mapping[str, Any],
        secrets: Secrets,
        policy: Policy = DEFAULT,
    ) -> None:
        """Begin without any response.

        Args:
            sender: makes the requests.
            url: of the receiver.
            settings: by `<vendor>.<name>`, which chose the contract in force.
            secrets: redacts exchanges before they are shown.
            policy: what the receiver is held to.
        """
        self.unanswered = 0
        self._sender = sender
        self._contract = sender.context.contract
        self._url = url
        self._secrets = secrets
        self._policy = policy
        self._judge = ExchangeJudge((self._contract.vendor,), settings)
        self._describer = ExchangeDescriber([self._contract])
        self.forget()

    def judged(self, push: Push, exchange: Exchange, case: PushCase | None) -> list[Violation]:
        """Return what is wrong with a response, or that there was none.

        Args:
            push: what was sent.
            exchange: with the response.
            case: that the request belongs to; without it, whatever the contract documents is right.
        """
        lost = bool(exchange.failure) or exchange.status in _ELSEWHERE
        self.unanswered = self.unanswered + 1 if lost else 0
        quiet = self._secrets.redacted(exchange)
        if exchange.failure:
            place = ("answer",) if case is None else ("case", case.name)
            return [Violation(place, NO_RESPONSE, quiet.failure, basis=HTTP)]
        operation = self._operation(push)
        found = self._judge.response_violations(operation, self._at_home(operation, exchange))
        if case is None:
            return found
        shown = replace(exchange, response_headers=quiet.response_headers)
        expected = list(violations(operation, self._sender, case, push, shown))
        known = {ACCEPTED_INVALID, *(each.rule for each in expected)} if expected else set()  # the case says it all
        return expected + [each for each in found if each.rule not in known]

    def add(self, push: Push, exchange: Exchange, found: list[Violation], case: PushCase | None) -> bool:
        """Add a response to the verdict; return whether something of it fails.

        Args:
            push: what was sent.
            exchange: with the response.
            found: by `judged` and others.
            case: as in `judged`.
        """
        operation = self._operation(push)
        refused = case is None and not exchange.failure and self._judge.is_refusal(operation, exchange.status, None)
        match = self._judge.match(operation.method, operation.path)
        named = replace(exchange, source=f"case {case.name}") if case is not None else exchange
        judgement = Judgement(match, operation, response=tuple(found), refused=refused)
        findings = self._collector.add_judged(named, judgement)
        for each in findings:
            if case is not None:
                self._cases.setdefault(each.key, {})[case.name] = None
        return any(each.fails for each in findings)

    def shown(self, exchange: Exchange) -> str:
        """Return status and beginning of a response, without credentials."""
        return self._describer.response(self._secrets.redacted(exchange))

    def complain(self, what: str) -> None:
        """Note what else is wrong, in a sentence."""
        self._collector.complain(what)

    def verdict(self) -> Verdict:
        """Return the verdict so far."""
        made = self._collector.verdict()
        return replace(made, findings=tuple(map(self._with_cases, made.findings)))

    def forget(self) -> None:
        """Forget all that was found so far."""
        subject = self._describer.url(self._url, query=False)
        title = f"Receiver of {self._contract.title}"
        self._collector = Collector(
            self._judge, title, [subject], sides=[Side.PROVIDER], secrets=self._secrets, policy=self._policy
        )
        self._cases: dict[object, dict[str, None]] = {}

    def _with_cases(self, finding: Finding) -> Finding:
        """Return a finding that names the cases which show it, if there are several."""
        _, *others = self._cases.get(finding.key, {"": None})
        if not others:
            return finding
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        return replace(finding, message=f"{finding.message} (also: {', '.join(others[:_NAMED])}{more})")

    def _at_home(self, operation: Operation, exchange: Exchange) -> Exchange:
        """Return an exchange as if the receiver were at the contract's path: real ones are anywhere."""
        return replace(exchange, url=urlsplit(exchange.url)._replace(path=operation.path).geturl())

    def _operation(self, push: Push) -> Operation:
        return self._contract.operations[push.operation or self._sender.operation]
