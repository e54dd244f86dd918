"""Examining: exchanges are fed in one by one, and an examination comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from crm_contracts.examination.collecting import Collection
from crm_contracts.examination.findings import Finding, Noticed, Refused, Shown, Side
from crm_contracts.examination.judge import Judge
from crm_contracts.examination.judged import Judged
from crm_contracts.examination.model import Examination
from crm_contracts.examination.showing import Showing
from crm_contracts.examination.statuses import OperationExamined
from crm_contracts.examination.strays import Strays
from crm_contracts.examination.tally import Tally
from crm_contracts.judge.exchange import Exchange
from crm_mocks.contract import Notice, Operation
from crm_mocks.violations import Violation

__all__ = ["Examination", "Examiner"]

BOTH: Final = frozenset(Side)
_UNSHOWN: Final = Shown("", "")


class Examiner:
    """Holds exchanges to contracts, and collects what comes of it. It is not made for several threads."""

    def __init__(
        self,
        judge: Judge,
        title: str,
        subjects: Iterable[str] = (),
        *,
        sides: Iterable[Side] = BOTH,
        strike: Callable[[Exchange], Exchange] | None = None,
    ) -> None:
        """Begin without any.

        Args:
            judge: knows the contracts.
            title: of the examination.
            subjects: where the exchanges come from.
            sides: who is examined; what the other side does wrong is on purpose.
            strike: strikes secrets out of an exchange before it is shown, beside those that names tell of.
        """
        self._judge = judge
        self._title = title
        self._subjects = list(subjects)
        self._sides = frozenset(sides)
        self._strike = strike or (lambda exchange: exchange)
        self._showing = Showing(judge.contracts.values())
        self._strays = Strays(judge, self._showing)
        self._tallies: dict[str, Tally] = {}
        self._findings = Collection[Finding]()
        self._refused = Collection[Refused]()
        self._notices = Collection[Noticed]()
        self._complaints: dict[str, None] = {}
        self._exchanges = 0
        self._faulty = 0

    def subject(self, name: str) -> None:
        """Note where further exchanges come from."""
        self._subjects.append(name)

    def add(self, exchange: Exchange) -> list[Finding]:
        """Judge an exchange; return what is found in it, each as it is in this exchange."""
        return self.note(exchange, self._judge.judge(exchange))

    def note(self, exchange: Exchange, judged: Judged) -> list[Finding]:
        """Take an exchange that was judged already; return what is found in it."""
        self._exchanges += 1
        if judged.operation is None:
            mistake = self._strays.add(self._strike(exchange), judged.match) if Side.CLIENT in self._sides else None
            return [] if mistake is None else [mistake]
        self._strays.reached(exchange.url, judged.operation.vendor)
        self._tally(judged.operation).add(exchange, judged.answer)
        found = self._found(exchange, judged.operation, Side.CLIENT, judged.request)
        found += self._found(exchange, judged.operation, Side.PROVIDER, judged.answer or ())
        self._note_rest(exchange, judged, judged.operation)
        self._faulty += bool(found)
        return found

    def find(
        self,
        exchange: Exchange,
        operation: Operation,
        side: Side,
        violations: Iterable[Violation],
        *,
        is_first: bool = True,
    ) -> list[Finding]:
        """Take rules that an exchange breaks and that no judge of single exchanges sees; it is not counted again.

        Args:
            exchange: that was added before.
            operation: that it is a call of.
            side: who broke them.
            violations: of the rules.
            is_first: nothing was found in the exchange before.
        """
        found = self._found(exchange, operation, side, violations)
        if found and is_first:
            self._faulty += 1
            if side is Side.PROVIDER:
                self._tally(operation).contradict(exchange)
        return found

    def complain(self, complaint: str) -> None:
        """Note what else is wrong, in a sentence; a second time it is the same."""
        self._complaints[complaint] = None

    def examination(self) -> Examination:
        """Return what has come of it so far."""
        mistakes, strays = self._strays.resolved()
        return Examination(
            title=self._title,
            subjects=tuple(self._subjects),
            vendors=tuple(sorted(self._judge.contracts)),
            contracts={name: contract.digest for name, contract in sorted(self._judge.contracts.items())},
            exchanges=self._exchanges,
            faulty=self._faulty + sum(each.count for each in mistakes),
            operations=self._operations(),
            findings=tuple(sorted((*self._findings.sorted(), *mistakes), key=lambda each: each.key)),
            refused=self._refused.sorted(),
            notices=self._notices.sorted(),
            strays=strays,
            complaints=(*self._complaints, *self._overfull()),
        )

    def _operations(self) -> tuple[OperationExamined, ...]:
        return tuple(
            self._tallies.get(operation.key, Tally(operation)).examined()
            for _, contract in sorted(self._judge.contracts.items())
            for operation in contract.operations.values()
        )

    def _overfull(self) -> list[str]:
        if any(each.overfull for each in (self._findings, self._refused, self._notices, self._strays)):
            return ["so much was found that not all of it is told"]
        return []

    def _tally(self, operation: Operation) -> Tally:
        return self._tallies.setdefault(operation.key, Tally(operation))

    def _note_rest(self, exchange: Exchange, judged: Judged, operation: Operation) -> None:
        if judged.refused and not judged.request and not judged.answer:
            key = (operation.key, exchange.status)
            self._refused.add(key, lambda: Refused(*key, 1, self._shown(exchange)))
        if Side.CLIENT in self._sides:
            for notice in judged.notices:
                self._noticed(exchange, operation, notice)

    def _noticed(self, exchange: Exchange, operation: Operation, notice: Notice) -> None:
        kind, place = notice.kind, _place(notice.location)

        def make() -> Noticed:
            return Noticed(operation.key, kind, place, notice.message, 1, self._shown(exchange))

        self._notices.add((operation.key, kind, place), make)

    def _found(
        self, exchange: Exchange, operation: Operation, side: Side, violations: Iterable[Violation]
    ) -> list[Finding]:
        if side not in self._sides:
            return []
        found: dict[tuple[object, ...], Finding] = {}
        for each in violations:  # the same rule may be broken by several entries of an array
            place = _place(each.location)
            one = Finding(side, operation.key, exchange.status, each.rule, place, each.message, 1, _UNSHOWN)
            found.setdefault(one.key, one)
        return [self._collected(self._told(each, exchange)) for each in found.values()]

    def _told(self, finding: Finding, exchange: Exchange) -> Finding:
        """Return a finding with the exchange that shows it; its message may quote what a provider has echoed."""
        quoting = replace(exchange, answer_headers=(), answer_body=b"", failure=finding.message)
        return replace(finding, message=self._strike(quoting).failure, first=self._shown(exchange))

    def _collected(self, finding: Finding) -> Finding:
        self._findings.add(finding.key, lambda: finding)
        return finding

    def _shown(self, exchange: Exchange) -> Shown:
        return self._showing.shown(self._strike(exchange))


def _place(location: Iterable[str | int]) -> tuple[str, ...]:
    return tuple("*" if isinstance(step, int) else step for step in location)
