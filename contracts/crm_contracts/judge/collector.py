"""Exchanges, judged one by one, become a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property, partial
from typing import Final, TypeVar

from crm_contracts.judge.basis import basis_of
from crm_contracts.judge.collection import Collection
from crm_contracts.judge.coverage import OperationCoverage
from crm_contracts.judge.description import ExchangeDescriber
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchange_judge import ExchangeJudge
from crm_contracts.judge.expectation import expected
from crm_contracts.judge.finding import (
    MAX_OCCURRENCES,
    FaultyRequests,
    Finding,
    NoticeCount,
    Occurrence,
    RefusedRequests,
    ResponseCount,
    Side,
)
from crm_contracts.judge.judgement import Judgement
from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.judge.secrets import Redactor, Secrets
from crm_contracts.judge.status_counts import StatusCounts
from crm_contracts.judge.unmatched import Unmatched
from crm_contracts.judge.verdict import Verdict
from crm_mocks.contract import Notice, Operation
from crm_mocks.state.stats import place_of
from crm_mocks.violations import Violation

BOTH: Final = frozenset(Side)
Counted = TypeVar("Counted", RefusedRequests, NoticeCount)


class Collector:
    """Holds exchanges to contracts and collects the findings. Not thread-safe.

    Example:
        collector = Collector(ExchangeJudge(["leadbank"], {}), "Recorded traffic")
        for exchange in recordings.read(Path("traffic.har")):
            collector.add(exchange)
        collector.verdict().word
    """

    def __init__(
        self,
        judge: ExchangeJudge,
        title: str,
        subjects: Iterable[str] = (),
        *,
        sides: Iterable[Side] = BOTH,
        secrets: Secrets | None = None,
        policy: Policy = DEFAULT,
    ) -> None:
        """Begin without any exchange.

        Args:
            judge: knows the contracts.
            title: of the verdict.
            subjects: where the exchanges come from.
            sides: who is judged; the other side breaks rules on purpose.
            secrets: redacts exchanges before they are shown, beside what names reveal.
            policy: what each side is held to.
        """
        self._judge = judge
        self._title = title
        self._subjects = list(subjects)
        self._sides = frozenset(sides)
        self._secrets = secrets
        self._policy = policy
        self._describer = ExchangeDescriber(judge.contracts.values())
        self._unmatched = Unmatched(judge, self._describer)
        self._statuses: dict[str, StatusCounts] = {}
        self._findings = Collection[Finding]()
        self._refused = Collection[RefusedRequests]()
        self._notices = Collection[NoticeCount]()
        self._complaints: dict[str, None] = {}
        self._exchanges = 0
        self._faulty: dict[tuple[str, str], Counter[int]] = {}

    def subject(self, name: str) -> None:
        """Note where further exchanges come from."""
        self._subjects.append(name)

    def add(self, exchange: Exchange) -> list[Finding]:
        """Judge an exchange; return the findings in it, each without its occurrence."""
        return self.add_judged(exchange, self._judge.judge(exchange))

    def add_judged(self, exchange: Exchange, judgement: Judgement) -> list[Finding]:
        """Add an exchange that was judged already; return the findings."""
        self._exchanges += 1
        shown = self._shown(exchange)
        operation = judgement.operation
        if operation is None:
            mistake = self._unmatched.add(shown.redacted, judgement.match) if Side.CLIENT in self._sides else None
            return [] if mistake is None else [mistake]
        self._unmatched.reached(exchange.url, operation.vendor)
        succeeded = judgement.succeeded
        found = self._found(shown, operation, Side.CLIENT, judgement.request, succeeded=succeeded)
        of_provider = self._found(shown, operation, Side.PROVIDER, judgement.response or ())
        self._count(operation).add(
            exchange, judged=judgement.response is not None, broken=any(each.fails for each in of_provider)
        )
        found += of_provider
        self._add_rest(shown, judgement, operation)
        self._count_faulty(exchange, operation, found)
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
        """Add findings about an exchange that was added before, and that no rule for single exchanges can make.

        Args:
            exchange: that was added before.
            operation: that it matches.
            side: who broke the rules.
            violations: of the rules.
            is_first: nothing was found in the exchange before.
        """
        found = self._found(self._shown(exchange), operation, side, violations)
        if is_first:
            self._count_faulty(exchange, operation, found)
            if side is Side.PROVIDER and any(each.fails for each in found):
                self._count(operation).contradict(exchange)
        return found

    def complain(self, complaint: str) -> None:
        """Note what else is wrong, in a sentence; repeated ones count once."""
        self._complaints[complaint] = None

    def verdict(self) -> Verdict:
        """Return the verdict so far."""
        mistakes, unmatched = self._unmatched.sorted_out()
        findings = (*self._findings.sorted(), *mistakes)
        faulty = tuple(self._faulty_requests(mistakes))
        return Verdict(
            title=self._title,
            subjects=tuple(self._subjects),
            exchanges=self._exchanges,
            faulty=sum(response.count for each in faulty for response in each.responses),
            vendors=tuple(sorted(self._judge.contracts)),
            contracts={name: (contract.digest,) for name, contract in sorted(self._judge.contracts.items())},
            operations=self._operations(),
            findings=tuple(sorted(findings, key=lambda each: each.group)),
            refused=self._refused.sorted(),
            notices=self._notices.sorted(),
            unmatched=unmatched,
            complaints=(*self._complaints, *self._overfull()),
            faulty_requests=faulty,
        )

    def _operations(self) -> tuple[OperationCoverage, ...]:
        return tuple(
            (self._statuses.get(operation.key) or StatusCounts(operation)).coverage()
            for _, contract in sorted(self._judge.contracts.items())
            for operation in contract.operations.values()
        )

    def _faulty_requests(self, mistakes: Iterable[Finding]) -> list[FaultyRequests]:
        found = [
            FaultyRequests(vendor, key, "", tuple(ResponseCount(status, "", n) for status, n in sorted(counts.items())))
            for (vendor, key), counts in self._faulty.items()
        ]
        found += [FaultyRequests(each.vendor, "", each.request, each.responses) for each in mistakes]
        return sorted(found, key=lambda each: each.key)

    def _overfull(self) -> list[str]:
        if any(each.overfull for each in (self._findings, self._refused, self._notices, self._unmatched)):
            return ["there are too many findings: some are left out"]
        return []

    def _count(self, operation: Operation) -> StatusCounts:
        if operation.key not in self._statuses:
            self._statuses[operation.key] = StatusCounts(operation)
        return self._statuses[operation.key]

    def _count_faulty(self, exchange: Exchange, operation: Operation, found: list[Finding]) -> None:
        if any(each.fails for each in found):
            self._faulty.setdefault((operation.vendor, operation.key), Counter())[exchange.status] += 1

    def _add_rest(self, shown: _Shown, judgement: Judgement, operation: Operation) -> None:
        if judgement.refused and not judgement.request and not judgement.response:
            key = (operation.key, shown.exchange.status, "")
            self._refused.add(key, lambda: RefusedRequests(*key, 1, shown.occurrence), _counted)
        if Side.CLIENT in self._sides:
            for notice in judgement.notices:
                self._add_notice(shown, operation, notice)

    def _add_notice(self, shown: _Shown, operation: Operation, notice: Notice) -> None:
        key = (operation.vendor, operation.key, notice.kind, place_of(notice.location))
        self._notices.add(key, lambda: NoticeCount(*key, notice.message, 1, shown.occurrence), _counted)

    def _found(
        self,
        shown: _Shown,
        operation: Operation,
        side: Side,
        violations: Iterable[Violation],
        *,
        succeeded: bool = False,
    ) -> list[Finding]:
        if side not in self._sides:
            return []
        found: dict[object, Finding] = {}
        for each in violations:  # several entries of an array may break the same rule
            finding = self._finding(shown, operation, side, each, succeeded=succeeded)
            found.setdefault(finding.group, finding)
        for finding in found.values():
            self._findings.add(finding.group, partial(_with_occurrence, finding, shown), partial(_again, shown))
        return list(found.values())

    def _finding(
        self, shown: _Shown, operation: Operation, side: Side, violation: Violation, *, succeeded: bool
    ) -> Finding:
        violation = replace(violation, message=shown.text(violation.message), sent=shown.text(violation.sent))
        basis = basis_of(violation.basis, self._judge.contracts[operation.vendor], operation.key)
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
        )

    def _shown(self, exchange: Exchange) -> _Shown:
        return _Shown(exchange, self._describer, self._secrets)


class _Shown:
    """An exchange as people may see it; what takes long is done once, when it is needed."""

    def __init__(self, exchange: Exchange, describer: ExchangeDescriber, secrets: Secrets | None) -> None:
        self.exchange = exchange
        self._describer = describer
        self._secrets = secrets

    @cached_property
    def redacted(self) -> Exchange:
        return self._secrets.redacted(self.exchange) if self._secrets is not None else self.exchange

    @cached_property
    def occurrence(self) -> Occurrence:
        return self._describer.occurrence(self.redacted)

    @cached_property
    def _redactor(self) -> Redactor | None:
        return self._secrets.redactor(self.exchange) if self._secrets is not None else None

    def text(self, text: str) -> str:
        """Return a text that may quote the exchange, without its secrets."""
        return text if self._redactor is None or not text else self._redactor.text(text)


def _with_occurrence(finding: Finding, shown: _Shown) -> Finding:
    return replace(finding, occurrences=(shown.occurrence,))


def _again(shown: _Shown, known: Finding) -> Finding:
    """Return a finding that occurred once more."""
    occurrences = known.occurrences
    if len(occurrences) < MAX_OCCURRENCES:
        occurrences = (*occurrences, shown.occurrence)
    counts = {each.status: each for each in known.responses}
    status = shown.exchange.status
    before = counts.get(status, ResponseCount(status, "", 0))
    counts[status] = replace(before, count=before.count + 1)
    responses = tuple(counts[each] for each in sorted(counts))
    return replace(known, count=known.count + 1, occurrences=occurrences, responses=responses)


def _counted(known: Counted) -> Counted:
    return replace(known, count=known.count + 1)
