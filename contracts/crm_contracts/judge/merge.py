"""Merging verdicts of sessions, workers and runs; the result does not depend on their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final, TypeVar

from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.coverage import MemberSeen, OperationCoverage, OutcomeCount, StatusCount
from crm_contracts.judge.finding import (
    MAX_OCCURRENCES,
    AllowedMistakes,
    FaultyRequests,
    Finding,
    MockDefect,
    NoticeCount,
    Occurrence,
    RefusedRequests,
    ResponseCount,
    Standing,
    UnmatchedRequests,
)
from crm_contracts.judge.verdict import Verdict

EMPTY: Final = Verdict()
"""The verdict on nothing."""

_SEVERITY: Final = {standing: number for number, standing in enumerate(Standing)}

Item = TypeVar("Item")


def merge(verdicts: Iterable[Verdict]) -> Verdict:
    """Return one verdict on all that the verdicts are on; of none, an empty one."""
    parts = list(verdicts)
    if len(parts) < 2:
        return parts[0] if parts else EMPTY
    findings = _joined((each.findings for each in parts), lambda each: each.group, _finding)
    return Verdict(
        title=", ".join(_distinct([each.title] for each in parts if each.title)),
        sessions=_distinct(each.sessions for each in parts),
        subjects=_distinct(each.subjects for each in parts),
        exchanges=sum(each.exchanges for each in parts),
        faulty=sum(each.faulty for each in parts),
        vendors=_distinct(each.vendors for each in parts),
        contracts=_digests([each.contracts for each in parts]),
        operations=_joined((each.operations for each in parts), lambda each: each.key, _operation),
        findings=findings,
        refused=_joined((each.refused for each in parts), lambda each: each.key, _refused),
        notices=_joined((each.notices for each in parts), lambda each: each.key, _notice),
        unused=tuple(sorted(chain.from_iterable(each.unused for each in parts), key=repr)),
        allowed=_joined((each.allowed for each in parts), lambda each: each.name, _allowed),
        defects=_joined((each.defects for each in parts), lambda each: (each.operation, each.message), _defect),
        resolved=_resolved(parts, findings),
        unmatched=_joined((each.unmatched for each in parts), lambda each: each.key, _unmatched),
        complaints=_distinct(each.complaints for each in parts),
        faulty_requests=_joined((each.faulty_requests for each in parts), lambda each: each.key, _faulty),
    )


def _joined(
    parts: Iterable[Iterable[Item]], key: Callable[[Item], Any], join: Callable[[Sequence[Item]], Item]
) -> tuple[Item, ...]:
    """Return all items, those of the same key joined, sorted by key."""
    groups: dict[Any, list[Item]] = {}
    for item in chain.from_iterable(parts):
        groups.setdefault(key(item), []).append(item)
    return tuple(join(groups[each]) if len(groups[each]) > 1 else groups[each][0] for each in sorted(groups))


def _operation(group: Sequence[OperationCoverage]) -> OperationCoverage:
    return replace(
        group[0],
        counted=any(each.counted for each in group),
        count=sum(each.count for each in group),
        outcomes=_joined((each.outcomes for each in group), lambda each: (each.status, each.name), _outcome),
        members=_joined((each.members for each in group), lambda each: each.place, _member),
        faults=_summed(each.faults for each in group),
        statuses=_joined((each.statuses for each in group), lambda each: each.status, _status),
    )


def _outcome(group: Sequence[OutcomeCount]) -> OutcomeCount:
    """Join what is known of one outcome; a variant of the contract may not document it."""
    best = min(group, key=lambda each: (each.kind, each.cause))
    return replace(best, counts=_summed(each.counts for each in group))


def _member(group: Sequence[MemberSeen]) -> MemberSeen:
    return MemberSeen(
        group[0].place,
        any(each.seen for each in group),
        _united(each.values for each in group),
        _united(each.values_seen for each in group),
    )


def _status(group: Sequence[StatusCount]) -> StatusCount:
    return StatusCount(
        group[0].status,
        documented=any(each.documented for each in group),
        protocol=all(each.protocol for each in group),
        count=sum(each.count for each in group),
        contradicted=sum(each.contradicted for each in group),
        at=max(each.at for each in group),
    )


def _finding(group: Sequence[Finding]) -> Finding:
    oldest = min(group, key=lambda each: _when(each.first))
    occurrences = sorted(chain.from_iterable(each.occurrences for each in group), key=_when)
    return replace(
        oldest,
        count=sum(each.count for each in group),
        occurrences=tuple(dict.fromkeys(occurrences))[:MAX_OCCURRENCES],
        responses=_responses(each.responses for each in group),
        reproduction=min((each.reproduction for each in group if each.reproduction), default=""),
        standing=min((each.standing for each in group), key=lambda each: _SEVERITY[each]),
    )


def _faulty(group: Sequence[FaultyRequests]) -> FaultyRequests:
    return replace(group[0], responses=_responses(each.responses for each in group))


def _responses(parts: Iterable[Iterable[ResponseCount]]) -> tuple[ResponseCount, ...]:
    return _joined(parts, lambda each: (each.status, each.outcome), _response)


def _response(group: Sequence[ResponseCount]) -> ResponseCount:
    return replace(group[0], count=sum(each.count for each in group), allowed=sum(each.allowed for each in group))


def _refused(group: Sequence[RefusedRequests]) -> RefusedRequests:
    return replace(min(group, key=lambda each: _when(each.first)), count=sum(each.count for each in group))


def _notice(group: Sequence[NoticeCount]) -> NoticeCount:
    return replace(min(group, key=lambda each: _when(each.first)), count=sum(each.count for each in group))


def _allowed(group: Sequence[AllowedMistakes]) -> AllowedMistakes:
    return AllowedMistakes(group[0].name, sum(each.count for each in group))


def _defect(group: Sequence[MockDefect]) -> MockDefect:
    return replace(group[0], count=sum(each.count for each in group))


def _unmatched(group: Sequence[UnmatchedRequests]) -> UnmatchedRequests:
    return replace(min(group, key=lambda each: each.source), count=sum(each.count for each in group))


def _resolved(parts: Iterable[Verdict], findings: Iterable[Finding]) -> tuple[BaselineEntry, ...]:
    """Return the entries of baselines that some run has fixed, and none still has."""
    found = {each.key for each in findings}
    fixed = {entry for each in parts for entry in each.resolved if entry.key not in found}
    return tuple(sorted(fixed, key=lambda each: each.key))


def _when(occurrence: Occurrence) -> tuple[bool, str, str, str, str]:
    """Order occurrences by time; those whose request is known come before the others."""
    return not occurrence.request, occurrence.at, occurrence.id, occurrence.source, occurrence.request


def _distinct(texts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted(set(chain.from_iterable(texts))))


def _summed(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for each in counts:
        for name, count in each.items():
            sums[name] = sums.get(name, 0) + count
    return dict(sorted(sums.items()))


def _united(values: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return JSON values, each once; 1, 1.0 and true are different ones."""
    different = {id(each): each for each in values if each}  # mostly one and the same tuple
    found = {repr(value): value for each in different.values() for value in each}
    return tuple(found[each] for each in sorted(found))


def _digests(contracts: Sequence[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    vendors = sorted({vendor for each in contracts for vendor in each})
    return {vendor: _distinct(each.get(vendor, ()) for each in contracts) for vendor in vendors}
