"""Judge a session of mocks by its statistics, which are complete even if the journal has dropped entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import msgspec

from crm_contracts.judge.allow import allow
from crm_contracts.judge.basis import basis_of
from crm_contracts.judge.curl import occurrence
from crm_contracts.judge.evidence import body_text
from crm_contracts.judge.expectation import expected
from crm_contracts.judge.finding import MAX_OCCURRENCES, Finding, NearMiss, Occurrence, ResponseCount, Side
from crm_contracts.judge.near_misses import near_misses_of
from crm_contracts.judge.sessions.session_coverage import is_unknown_preference, operations
from crm_contracts.judge.sessions.session_record import SessionRecord, session_record
from crm_contracts.judge.verdict import Verdict
from crm_contracts.judge.verdict_entries import (
    FaultyRequests,
    MockDefect,
    NoticeCount,
    RefusedRequests,
    UnmatchedRequests,
    UnusedResponse,
)
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.members import Place
from crm_mocks.location import Location
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.response_queue import QueuedResponse
from crm_mocks.state.session import Session
from crm_mocks.state.stats import (
    BROKEN,
    REFUSED,
    Occurrences,
    SessionStats,
    UnmatchedKey,
    ViolationKey,
    is_unmatched,
    place_of,
)
from crm_mocks.violations import Violation

_NO_OPERATION: Final = frozenset({"path", "method"})
"""Rules broken only by unmatched requests, which become separate findings by path."""

_ANY_RESPONSE: Final = (0, "")
"""Status and outcome of the responses to unmatched requests; see `ResponseCount`."""

_Responses = Counter[tuple[int, str]]
"""Number of responses by status and outcome."""

_UNKNOWN_PREFERENCE: Final = "requests an undocumented response with Prefer, and was refused by the mock itself"


def verdict_on_session(
    mock_app: MockApp, session: Session, vendors: Iterable[str] = (), allowed: Iterable[str] = ()
) -> Verdict:
    """Return the verdict on the client in a session of mocks.

    Args:
        mock_app: mocks of the session.
        session: session to judge.
        vendors: vendors whose operations count for coverage; if empty, the called operations count.
        allowed: names of allowed mistakes, in addition to those of the session.

    Raises:
        UsageError: the name of an allowed mistake is malformed.
    """
    return judge_session(session_record(mock_app, session), vendors, allowed)


def judge_session(record: SessionRecord, vendors: Iterable[str] = (), allowed: Iterable[str] = ()) -> Verdict:
    """Return the verdict on a recorded session. For arguments and errors, see `verdict_on_session`."""
    named = tuple(sorted(vendors))
    stats = record.stats
    journal = _FirstEntries(record)
    verdict = Verdict(
        sessions=(record.session,) if record.session else (),
        exchanges=sum(seen.count for seen in stats.exchanges.values()),
        vendors=named,
        contracts={
            name: (contract.digest,)
            for name, contract in sorted(record.contracts.items())
            if name in named or any(key.vendor == name for key in stats.exchanges)
        },
        operations=operations(record, frozenset(named)),
        findings=tuple(sorted(_findings(record, journal), key=lambda item: item.key)),
        refused=tuple(_refused(stats, journal)),
        notices=tuple(_notices(stats, journal)),
        unused=tuple(
            _unused(record.session, response) for response in record.pending if response.times or not response.used
        ),
        defects=tuple(
            MockDefect(operation, message, seen.count) for (operation, message), seen in sorted(stats.defects.items())
        ),
        unmatched=tuple(_stubbed(stats)),
        faulty_requests=tuple(sorted(_faulty(stats), key=lambda item: item.key)),
        complaints=(f"session {record.session}: {record.lost}",) if record.lost else (),
    )
    return allow(verdict, [*record.allowed, *allowed])


class _FirstEntries:
    """Journal entries of first occurrences, read in one pass; each entry is described once."""

    def __init__(self, record: SessionRecord) -> None:
        stats = record.stats
        firsts = [seen.first for group in (stats.violations, stats.unmatched, stats.notices) for seen in group.values()]
        firsts += [seen.first for key, seen in stats.exchanges.items() if key.state or is_unknown_preference(key)]
        self._entries = record.entries(frozenset(map(_number, firsts)))
        self._occurrences: dict[int, Occurrence] = {}
        self._violations: dict[int, dict[tuple[str, Place], Violation]] = {}

    def entry(self, seen: Occurrences) -> JournalEntry | None:
        """Return the first entry, or `None` if the journal has dropped it."""
        return self._entries.get(_number(seen.first))

    def occurrence(self, seen: Occurrences) -> Occurrence:
        """Return the first occurrence, without the request if the journal has dropped it."""
        number = _number(seen.first)
        if number not in self._occurrences:
            entry = self._entries.get(number)
            self._occurrences[number] = Occurrence(id=seen.first, at=seen.at) if entry is None else occurrence(entry)
        return self._occurrences[number]

    def body(self, location: Location, seen: Occurrences) -> str:
        """Return the request body that holds a location, without secrets; empty if the journal has dropped it."""
        entry = self._entries.get(_number(seen.first))
        if entry is None:
            return ""
        return body_text(location, entry.request_body)

    def violation(self, key: ViolationKey, seen: Occurrences) -> Violation:
        """Return the first violation with a key, without the value sent if the journal has dropped it."""
        number = _number(seen.first)
        if number not in self._violations:
            entry = self._entries.get(number)
            violations = entry.violations if entry is not None else ()
            by_location = {
                (violation.rule, place_of(violation.location)): violation for violation in reversed(violations)
            }
            self._violations[number] = by_location
        dropped = Violation(key.place, key.rule, seen.message)
        return self._violations[number].get((key.rule, key.place), dropped)


def _number(entry_id: str) -> int:
    return int(entry_id.rpartition("-")[2])


def _faulty(stats: SessionStats) -> Iterator[FaultyRequests]:
    """Yield the requests that broke the contract; unmatched ones separately, as they may be allowed separately."""
    responses_by_operation: dict[tuple[str, str], _Responses] = {}
    for exchange, seen in stats.exchanges.items():
        if exchange.state == BROKEN and not is_unmatched(exchange):
            key = (exchange.vendor, exchange.operation)
            responses_by_operation.setdefault(key, Counter())[exchange.status, exchange.outcome] += seen.count
    for (vendor, operation), responses in responses_by_operation.items():
        yield FaultyRequests(vendor, operation, "", _counts(responses))
    for unmatched, seen in stats.unmatched.items():
        yield FaultyRequests(unmatched.vendor, "", _request(unmatched), _counts(Counter({_ANY_RESPONSE: seen.count})))


def _stubbed(stats: SessionStats) -> Iterator[UnmatchedRequests]:
    for key, seen in sorted(stats.stubbed.items(), key=lambda item: item[0]):
        yield UnmatchedRequests(_request(key), key.vendor, seen.count, seen.first, remark="stubbed")


def _counts(responses: _Responses) -> tuple[ResponseCount, ...]:
    return tuple(ResponseCount(status, outcome, count) for (status, outcome), count in sorted(responses.items()))


def _request(unmatched: UnmatchedKey) -> str:
    return f"{unmatched.method} {unmatched.path}"


class _FindingBuilder(msgspec.Struct):
    """Builds a finding from its violations."""

    finding: Finding
    responses: _Responses = msgspec.field(default_factory=Counter)
    occurrences: dict[str, Occurrence] = msgspec.field(default_factory=dict)

    def add(self, key: ViolationKey, seen: Occurrences, journal: _FirstEntries) -> None:
        """Add violations with the same response."""
        self.responses[key.status, key.outcome] += seen.count
        if len(self.occurrences) < MAX_OCCURRENCES:  # the statistics are in the order of first occurrences
            self.occurrences.setdefault(seen.first, journal.occurrence(seen))

    def build(self) -> Finding:
        """Return the finding."""
        return replace(
            self.finding,
            count=self.responses.total(),
            responses=_counts(self.responses),
            occurrences=tuple(self.occurrences.values()),
        )


def _findings(record: SessionRecord, journal: _FirstEntries) -> Iterator[Finding]:
    builders: dict[tuple[str, str, str, Place], _FindingBuilder] = {}
    for key, seen in record.stats.violations.items():
        if not key.operation and key.rule in _NO_OPERATION:
            continue
        group = (key.vendor, key.operation, key.rule, key.place)
        if group not in builders:
            builders[group] = _FindingBuilder(_finding(record, key, seen, journal))
        builders[group].add(key, seen, journal)
    yield from (builder.build() for builder in builders.values())
    for unmatched, seen in record.stats.unmatched.items():
        yield _unmatched(record, unmatched, seen, journal)


def _finding(record: SessionRecord, key: ViolationKey, seen: Occurrences, journal: _FirstEntries) -> Finding:
    violation = journal.violation(key, seen)
    contract = record.contracts.get(key.vendor)
    return Finding(
        side=Side.CLIENT,
        vendor=key.vendor,
        operation=key.operation,
        rule=key.rule,
        location=key.place,
        message=seen.message,
        sent=violation.sent,
        expected=expected(violation),
        basis=basis_of(key.basis, contract, key.operation, violation.location),
        status=key.status,
        body=journal.body(violation.location, seen),
        member=tuple(map(str, violation.location[1:])),
    )


def _unmatched(record: SessionRecord, unmatched: UnmatchedKey, seen: Occurrences, journal: _FirstEntries) -> Finding:
    entry = journal.entry(seen)
    near_misses: tuple[NearMiss, ...] = ()
    if entry is not None:
        near_misses = near_misses_of(entry.method, entry.path, record.contracts.values())
    is_method = any(
        near_miss.path == unmatched.path and near_miss.method != unmatched.method for near_miss in near_misses
    )
    rule = "method" if is_method else "path"
    return Finding(
        side=Side.CLIENT,
        vendor=unmatched.vendor,
        operation="",
        rule=rule,
        location=(rule,),
        message=seen.message or "no vendor has this path",
        count=seen.count,
        basis=basis_of(DOCUMENT, record.contracts.get(unmatched.vendor)),
        occurrences=(journal.occurrence(seen),),
        request=_request(unmatched),
        near_misses=near_misses,
        responses=_counts(Counter({_ANY_RESPONSE: seen.count})),
    )


def _refused(stats: SessionStats, journal: _FirstEntries) -> Iterator[RefusedRequests]:
    refused: dict[tuple[str, int, str], RefusedRequests] = {}
    for key, seen in stats.exchanges.items():
        if key.state == REFUSED and key.operation and not key.fault and not is_unknown_preference(key):
            group = (key.operation, key.status, key.outcome)
            requests = refused.get(group) or RefusedRequests(*group, 0, journal.occurrence(seen))
            refused[group] = replace(requests, count=requests.count + seen.count)
    yield from (refused[key] for key in sorted(refused))


def _notices(stats: SessionStats, journal: _FirstEntries) -> Iterator[NoticeCount]:
    for key, seen in sorted(stats.notices.items(), key=lambda item: item[0]):
        first = journal.occurrence(seen)
        yield NoticeCount(key.vendor, key.operation, key.kind, key.place, seen.message, seen.count, first)
    for exchange, seen in sorted(stats.exchanges.items(), key=lambda item: item[0]):
        if is_unknown_preference(exchange):
            key_parts = (exchange.vendor, exchange.operation, "preference", ("header", "prefer"))
            yield NoticeCount(*key_parts, _UNKNOWN_PREFERENCE, seen.count, journal.occurrence(seen))


def _unused(session: str, queued: QueuedResponse) -> UnusedResponse:
    parts = [str(part) for part in (queued.status, queued.example, queued.fault) if part is not None]
    if queued.has_body or queued.raw is not None:
        parts.append("a body")
    if not parts:
        parts.append(f"a delay of {queued.delay_ms} ms" if queued.delay_ms else "headers")
    times = None if queued.times is None else queued.used + queued.times
    return UnusedResponse(session, queued.target, ", ".join(parts), queued.used, times)
