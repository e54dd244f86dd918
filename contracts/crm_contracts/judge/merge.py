"""Merge verdicts of sessions, workers and runs, independent of their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final, TypeVar

from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.coverage import MemberSeen, OperationCoverage, OutcomeCount, StatusCount
from crm_contracts.judge.finding import MAX_OCCURRENCES, Finding, Occurrence, ResponseCount, Standing
from crm_contracts.judge.shared_rules import merged_by_rule
from crm_contracts.judge.verdict import Verdict
from crm_contracts.judge.verdict_entries import (
    AllowedMistakes,
    FaultyRequests,
    MockDefect,
    NoticeCount,
    RefusedRequests,
    UnmatchedRequests,
)
from crm_mocks.basis import Basis

EMPTY: Final = Verdict()
"""The verdict without exchanges."""

_SEVERITY: Final = {standing: number for number, standing in enumerate(Standing)}

Item = TypeVar("Item")
Repeated = TypeVar("Repeated", RefusedRequests, NoticeCount)


def merge(verdicts: Iterable[Verdict]) -> Verdict:
    """Merge verdicts into one; return an empty verdict if there are none."""
    parts = list(verdicts)
    if len(parts) < 2:
        return parts[0] if parts else EMPTY
    findings = merged_by_rule(
        _joined((verdict.findings for verdict in parts), lambda item: (item.group, item.shared_rule), _finding)
    )
    return Verdict(
        title=", ".join(_distinct([verdict.title] for verdict in parts if verdict.title)),
        sessions=_distinct(verdict.sessions for verdict in parts),
        subjects=_distinct(verdict.subjects for verdict in parts),
        exchanges=sum(verdict.exchanges for verdict in parts),
        faulty=sum(verdict.faulty for verdict in parts),
        vendors=_distinct(verdict.vendors for verdict in parts),
        contracts=_digests([verdict.contracts for verdict in parts]),
        operations=_joined((verdict.operations for verdict in parts), lambda item: item.key, _operation),
        findings=findings,
        refused=_joined((verdict.refused for verdict in parts), lambda item: item.key, _repeated),
        notices=_joined((verdict.notices for verdict in parts), lambda item: item.key, _repeated),
        unused=tuple(sorted(chain.from_iterable(verdict.unused for verdict in parts), key=repr)),
        allowed=_joined((verdict.allowed for verdict in parts), lambda item: item.name, _allowed),
        defects=_joined((verdict.defects for verdict in parts), lambda item: (item.operation, item.message), _defect),
        resolved=_resolved(parts, findings),
        unmatched=_joined((verdict.unmatched for verdict in parts), lambda item: item.key, _unmatched),
        complaints=_distinct(verdict.complaints for verdict in parts),
        unread=_distinct(verdict.unread for verdict in parts),
        not_applied=_distinct(verdict.not_applied for verdict in parts),
        faulty_requests=_joined((verdict.faulty_requests for verdict in parts), lambda item: item.key, _faulty),
    )


def _joined(
    parts: Iterable[Iterable[Item]], key: Callable[[Item], Any], join: Callable[[Sequence[Item]], Item]
) -> tuple[Item, ...]:
    """Join items of the same key; return them sorted by key."""
    groups: dict[Any, list[Item]] = {}
    for item in chain.from_iterable(parts):
        groups.setdefault(key(item), []).append(item)
    return tuple(
        join(groups[group_key]) if len(groups[group_key]) > 1 else groups[group_key][0] for group_key in sorted(groups)
    )


def _operation(group: Sequence[OperationCoverage]) -> OperationCoverage:
    return replace(
        group[0],
        counted=any(item.counted for item in group),
        count=sum(item.count for item in group),
        outcomes=_joined((item.outcomes for item in group), lambda item: (item.status, item.name), _outcome),
        members=_joined((item.members for item in group), lambda item: item.place, _member),
        faults=_summed(item.faults for item in group),
        statuses=_joined((item.statuses for item in group), lambda item: item.status, _status),
    )


def _outcome(group: Sequence[OutcomeCount]) -> OutcomeCount:
    """Join counts of one outcome, which may be undocumented in some variants of the contract."""
    documented = min(group, key=lambda item: (item.kind, item.cause))
    return replace(documented, counts=_summed(item.counts for item in group))


def _member(group: Sequence[MemberSeen]) -> MemberSeen:
    return MemberSeen(
        group[0].place,
        any(item.seen for item in group),
        _united(item.values for item in group),
        _united(item.values_seen for item in group),
    )


def _status(group: Sequence[StatusCount]) -> StatusCount:
    return StatusCount(
        group[0].status,
        documented=any(item.documented for item in group),
        protocol=all(item.protocol for item in group),
        count=sum(item.count for item in group),
        contradicted=sum(item.contradicted for item in group),
        at=max(item.at for item in group),
    )


def _finding(group: Sequence[Finding]) -> Finding:
    oldest = min(group, key=lambda item: _sort_key(item.first))
    occurrences = sorted(chain.from_iterable(item.occurrences for item in group), key=_sort_key)
    return replace(
        oldest,
        count=sum(item.count for item in group),
        occurrences=tuple(dict.fromkeys(occurrences))[:MAX_OCCURRENCES],
        basis=min((item.basis for item in group), key=_basis_key),
        responses=_responses(item.responses for item in group),
        standing=min((item.standing for item in group), key=lambda item: _SEVERITY[item]),
    )


def _basis_key(basis: Basis) -> tuple[bool, str, str, str]:
    """Prefer a basis with its source: verdicts of format 1 have none."""
    return not basis.source, basis.kind, basis.source, basis.position


def _faulty(group: Sequence[FaultyRequests]) -> FaultyRequests:
    return replace(group[0], responses=_responses(item.responses for item in group))


def _responses(parts: Iterable[Iterable[ResponseCount]]) -> tuple[ResponseCount, ...]:
    return _joined(parts, lambda item: (item.status, item.outcome), _response)


def _response(group: Sequence[ResponseCount]) -> ResponseCount:
    return replace(group[0], count=sum(item.count for item in group), allowed=sum(item.allowed for item in group))


def _repeated(group: Sequence[Repeated]) -> Repeated:
    return replace(min(group, key=lambda item: _sort_key(item.first)), count=sum(item.count for item in group))


def _allowed(group: Sequence[AllowedMistakes]) -> AllowedMistakes:
    return AllowedMistakes(group[0].name, sum(item.count for item in group))


def _defect(group: Sequence[MockDefect]) -> MockDefect:
    return replace(group[0], count=sum(item.count for item in group))


def _unmatched(group: Sequence[UnmatchedRequests]) -> UnmatchedRequests:
    return replace(min(group, key=lambda item: item.source), count=sum(item.count for item in group))


def _resolved(parts: Iterable[Verdict], findings: Iterable[Finding]) -> tuple[BaselineEntry, ...]:
    """Return the baseline entries that are fixed in some run and found in none."""
    remaining = {finding.key for finding in findings}
    fixed = {entry for verdict in parts for entry in verdict.resolved if entry.key not in remaining}
    return tuple(sorted(fixed, key=lambda item: item.key))


def _sort_key(occurrence: Occurrence) -> tuple[bool, str, str, str, str]:
    """Sort key: occurrences with a request first, then by time."""
    return not occurrence.request, occurrence.at, occurrence.id, occurrence.source, occurrence.request


def _distinct(texts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted(set(chain.from_iterable(texts))))


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for mapping in counts:
        for name, count in mapping.items():
            sums[name] = sums.get(name, 0) + count
    return dict(sorted(sums.items()))


def _united(values: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return distinct JSON values; 1, 1.0 and true are distinct."""
    distinct_tuples = {id(candidate): candidate for candidate in values if candidate}  # usually the same tuple
    by_repr = {repr(value): value for candidate in distinct_tuples.values() for value in candidate}
    return tuple(by_repr[key] for key in sorted(by_repr))


def _digests(contracts: Sequence[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    vendors = sorted({vendor for digests in contracts for vendor in digests})
    return {vendor: _distinct(digests.get(vendor, ()) for digests in contracts) for vendor in vendors}
