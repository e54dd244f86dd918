"""Collect the findings of judged exchanges in a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeVar

from crm_contracts.judge.coverage import OperationCoverage
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.bounded_groups import BoundedGroups
from crm_contracts.judge.exchanges.collected_findings import CollectedFindings
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.exchanges.judgement import Judgement
from crm_contracts.judge.exchanges.redacted_exchange import RedactedExchange
from crm_contracts.judge.exchanges.retry_pacing import RetryPacing
from crm_contracts.judge.exchanges.secrets import NO_CONTEXT, RedactionContext, Secrets
from crm_contracts.judge.exchanges.status_counts import StatusCounts
from crm_contracts.judge.exchanges.unmatched import Unmatched
from crm_contracts.judge.exchanges.unread_notes import UnreadNotes
from crm_contracts.judge.finding import Finding, ResponseCount, Side
from crm_contracts.judge.policy import DEFAULT, Policy
from crm_contracts.judge.verdict import Verdict
from crm_contracts.judge.verdict_entries import FaultyRequests, NoticeCount, RefusedRequests
from crm_mocks.asgi.routing import RouteMatch
from crm_mocks.contract import Notice, Operation
from crm_mocks.state.stats import place_of
from crm_mocks.violations import Violation

BOTH: Final = frozenset(Side)

Repeated = TypeVar("Repeated", RefusedRequests, NoticeCount)


class Collector:
    """Judges exchanges against contracts and collects the findings. Not thread-safe.

    Example:
        collector = Collector(ExchangeJudge(["leadbank"], {}), "Recorded traffic")
        for exchange in recordings.read(Path("traffic.har"), collector.note_unread):
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
        """Create a collector without exchanges.

        Args:
            judge: judge with the contracts.
            title: title of the verdict.
            subjects: sources of the exchanges.
            sides: sides to judge; the other side breaks rules on purpose.
            secrets: redacts exchanges before they are shown; by default by the contracts alone.
            policy: rules that each side must satisfy.
        """
        self._judge = judge
        self._title = title
        self._subjects = list(subjects)
        self._sides = frozenset(sides)
        self._secrets = secrets or Secrets(judge.redaction)
        self._unmatched = Unmatched(judge)
        self._pacing = RetryPacing()
        self._statuses: dict[str, StatusCounts] = {}
        self._findings = CollectedFindings(judge.contracts, policy)
        self._refused = BoundedGroups[RefusedRequests]()
        self._notices = BoundedGroups[NoticeCount]()
        self._complaints: dict[str, None] = {}
        self._unread = UnreadNotes()
        self._exchanges = 0
        self._faulty: dict[tuple[str, str], Counter[int]] = {}

    def add_subject(self, name: str) -> None:
        """Add a source of exchanges."""
        self._subjects.append(name)

    def add(self, exchange: Exchange) -> list[Finding]:
        """Judge an exchange; return its findings, without occurrences."""
        if exchange.rejections is not None:
            return self._add_rejected(exchange, exchange.rejections)
        return self.add_judged(exchange, self._judge.judge(exchange))

    def add_judged(self, exchange: Exchange, judgement: Judgement) -> list[Finding]:
        """Add a judged exchange; return its findings."""
        self._exchanges += 1
        operation = judgement.operation
        if operation is None:
            return self._add_unmatched(exchange, judgement.match)
        self._unmatched.record_origin(exchange.url, operation.vendor)
        self._unread.add_missing(exchange, self._judge.redaction)
        early, notices = self._pacing.judge(operation.key, exchange) if Side.CLIENT in self._sides else ([], [])
        judgement = replace(judgement, request=(*judgement.request, *early), notices=(*judgement.notices, *notices))
        shown = self._shown(exchange, RedactionContext.of(judgement))
        findings = self._add_findings(shown, operation, Side.CLIENT, succeeded=judgement.succeeded)
        provider_findings = self._add_findings(shown, operation, Side.PROVIDER)
        self._status_counts(operation).add(
            exchange, judged=judgement.response is not None, broken=any(finding.fails for finding in provider_findings)
        )
        findings += provider_findings
        self._add_refusal(shown, judgement, operation)
        self._add_notices(shown, judgement, operation)
        self._count_faulty(exchange, operation, findings)
        return findings

    def add_violations(
        self,
        exchange: Exchange,
        operation: Operation,
        side: Side,
        violations: Iterable[Violation],
        *,
        is_first: bool = True,
    ) -> list[Finding]:
        """Add violations of rules about several exchanges; return the findings.

        Args:
            exchange: exchange that was added before.
            operation: operation of the exchange.
            side: side at fault.
            violations: violations to add.
            is_first: whether the exchange has no findings yet.
        """
        context = (
            RedactionContext(operation, request=tuple(violations))
            if side is Side.CLIENT
            else RedactionContext(operation, response=tuple(violations))
        )
        findings = self._add_findings(self._shown(exchange, context), operation, side)
        if is_first:
            self._count_faulty(exchange, operation, findings)
            if side is Side.PROVIDER and any(finding.fails for finding in findings):
                self._status_counts(operation).contradict(exchange)
        return findings

    def complain(self, complaint: str) -> None:
        """Add a sentence about another problem; duplicates are ignored."""
        self._complaints[complaint] = None

    def note_unread(self, note: str) -> None:
        """Add a sentence about a recorded exchange that was skipped or of which parts are missing."""
        self._unread.add(note)

    def verdict(self) -> Verdict:
        """Return the verdict on the exchanges added so far."""
        mistakes, unmatched = self._unmatched.results()
        findings = (*self._findings.sorted(), *mistakes)
        faulty = tuple(self._faulty_requests(mistakes))
        return Verdict(
            title=self._title,
            subjects=tuple(self._subjects),
            exchanges=self._exchanges,
            faulty=sum(response.count for requests in faulty for response in requests.responses),
            vendors=tuple(sorted(self._judge.contracts)),
            contracts={name: (contract.digest,) for name, contract in sorted(self._judge.contracts.items())},
            operations=self._operations(),
            findings=tuple(sorted(findings, key=lambda item: item.group)),
            refused=self._refused.sorted(),
            notices=self._notices.sorted(),
            unmatched=unmatched,
            complaints=(*self._complaints, *self._truncation_complaint()),
            faulty_requests=faulty,
            unread=self._unread.shown(),
        )

    def _operations(self) -> tuple[OperationCoverage, ...]:
        return tuple(
            (self._statuses.get(operation.key) or StatusCounts(operation)).coverage()
            for _, contract in sorted(self._judge.contracts.items())
            for operation in contract.operations.values()
        )

    def _faulty_requests(self, mistakes: Iterable[Finding]) -> list[FaultyRequests]:
        requests = [
            FaultyRequests(vendor, key, "", tuple(ResponseCount(status, "", n) for status, n in sorted(counts.items())))
            for (vendor, key), counts in self._faulty.items()
        ]
        requests += [FaultyRequests(mistake.vendor, "", mistake.request, mistake.responses) for mistake in mistakes]
        return sorted(requests, key=lambda item: item.key)

    def _truncation_complaint(self) -> list[str]:
        if any(groups.is_truncated for groups in (self._findings, self._refused, self._notices, self._unmatched)):
            return ["there are too many findings: some are left out"]
        return []

    def _status_counts(self, operation: Operation) -> StatusCounts:
        if operation.key not in self._statuses:
            self._statuses[operation.key] = StatusCounts(operation)
        return self._statuses[operation.key]

    def _count_faulty(self, exchange: Exchange, operation: Operation, findings: list[Finding]) -> None:
        if any(finding.fails for finding in findings):
            self._faulty.setdefault((operation.vendor, operation.key), Counter())[exchange.status] += 1

    def _add_unmatched(self, exchange: Exchange, match: RouteMatch) -> list[Finding]:
        if Side.CLIENT not in self._sides:
            return []
        mistake = self._unmatched.add(self._shown(exchange), match)
        return [] if mistake is None else [mistake]

    def _add_refusal(self, shown: RedactedExchange, judgement: Judgement, operation: Operation) -> None:
        if judgement.refused and not judgement.request and not judgement.response:
            key = (operation.key, shown.exchange.status, "")
            self._refused.add(key, lambda: RefusedRequests(*key, 1, shown.occurrence), _incremented)

    def _add_notices(self, shown: RedactedExchange, judgement: Judgement, operation: Operation) -> None:
        if Side.CLIENT in self._sides and judgement.notices:
            for notice in shown.notices:
                self._add_notice(shown, operation, notice)

    def _add_notice(self, shown: RedactedExchange, operation: Operation, notice: Notice) -> None:
        key = (operation.vendor, operation.key, notice.kind, place_of(notice.location))
        self._notices.add(key, lambda: NoticeCount(*key, notice.message, 1, shown.occurrence), _incremented)

    def _add_findings(
        self, shown: RedactedExchange, operation: Operation, side: Side, *, succeeded: bool = False
    ) -> list[Finding]:
        return self._findings.add(shown, operation, side, succeeded=succeeded) if side in self._sides else []

    def _add_rejected(self, exchange: Exchange, violations: Iterable[Violation]) -> list[Finding]:
        self._exchanges += 1
        if Side.CLIENT not in self._sides:
            return []
        findings = self._findings.add_rejected(self._shown(exchange, RedactionContext(request=tuple(violations))))
        if findings:
            self._faulty.setdefault(("", ""), Counter())[exchange.status] += 1
        else:
            self.note_unread(f"{exchange.source}: the connection ended before the request was complete, not checked")
        return findings

    def _shown(self, exchange: Exchange, context: RedactionContext = NO_CONTEXT) -> RedactedExchange:
        return RedactedExchange(exchange, self._secrets, context)


def _incremented(known: Repeated) -> Repeated:
    return replace(known, count=known.count + 1)
