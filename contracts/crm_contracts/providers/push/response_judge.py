"""Holding the answers of a receiver to the contract, and making an examination of what is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from crm_contracts.examination.examination import Examination, Examiner
from crm_contracts.examination.exchange import Exchange
from crm_contracts.examination.findings import Finding, Shown, Side
from crm_contracts.examination.judge import ACCEPTED, UNANSWERED, Judge
from crm_contracts.examination.judged import Judged
from crm_contracts.examination.showing import Showing
from crm_contracts.providers.push.expected import violations
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
        self, sender: Sender, url: str, settings: Mapping[str, Any], strike: Callable[[Exchange], Exchange]
    ) -> None:
        """Begin.

        Args:
            sender: makes the requests.
            url: of the receiver.
            settings: by `<vendor>.<name>`, which chose the contract in force.
            strike: strikes secrets out of an exchange before it is shown.
        """
        self.unanswered = 0
        self._sender = sender
        self._contract = sender.context.contract
        self._url = url
        self._strike = strike
        self._judge = Judge((self._contract.vendor,), settings)
        self._showing = Showing([self._contract])
        self.forget()

    def judged(self, push: Push, exchange: Exchange, case: PushCase | None) -> list[Violation]:
        """Return what is wrong with an answer, or that none came.

        Args:
            push: what was sent.
            exchange: with what was answered.
            case: that the request belongs to; without it, whatever the contract documents is right.
        """
        lost = bool(exchange.failure) or exchange.status in _ELSEWHERE
        self.unanswered = self.unanswered + 1 if lost else 0
        quiet = self._strike(exchange)
        if exchange.failure:
            place = ("answer",) if case is None else ("case", case.name)
            return [Violation(place, UNANSWERED, quiet.failure)]
        operation = self._operation(push)
        found = self._judge.answer(operation, self._at_home(operation, exchange))
        if case is None:
            return found
        told_of = replace(exchange, answer_headers=quiet.answer_headers)
        expected = list(violations(operation, self._sender, case, push, told_of))
        told = {ACCEPTED, *(each.rule for each in expected)} if expected else set()  # the case says what was accepted
        return expected + [each for each in found if each.rule not in told]

    def note(self, push: Push, exchange: Exchange, found: list[Violation], case: PushCase | None) -> None:
        """Have an exchange in the examination; arguments as of `judged`, and what was found by it and others."""
        operation = self._operation(push)
        refused = case is None and not exchange.failure and self._judge.is_refusal(operation, exchange.status, None)
        match = self._judge.match(operation.method, operation.path)
        named = replace(exchange, source=f"case {case.name}") if case is not None else exchange
        for each in self._examiner.note(named, Judged(match, operation, answer=tuple(found), refused=refused)):
            if case is not None:
                self._cases.setdefault(each.key, {})[case.name] = None

    def shown(self, exchange: Exchange) -> Shown:
        """Return an exchange without credentials."""
        return self._showing.shown(self._strike(exchange))

    def complain(self, what: str) -> None:
        """Note what else is wrong, in a sentence."""
        self._examiner.complain(what)

    def examination(self) -> Examination:
        """Return what was found so far."""
        made = self._examiner.examination()
        return replace(made, findings=tuple(map(self._with_cases, made.findings)))

    def forget(self) -> None:
        """Forget what was found so far."""
        subject = self._showing.url(self._url, query=False)
        title = f"Receiver of {self._contract.title}"
        self._examiner = Examiner(self._judge, title, [subject], sides=[Side.PROVIDER], strike=self._strike)
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
