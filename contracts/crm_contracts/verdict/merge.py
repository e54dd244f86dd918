"""Merging verdicts of sessions, workers and runs; what comes of it does not depend on their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final, TypeVar

from crm_contracts.verdict.coverage import MemberSeen, OperationCoverage, OutcomeCount
from crm_contracts.verdict.findings import Allowed, Answered, Broken, Debt, Defect, First, Mistaken, Noticed, Refused
from crm_contracts.verdict.model import Verdict

EMPTY: Final = Verdict((), 0, 0, (), {}, ())
"""The verdict on nothing."""

Part = TypeVar("Part")


def merge(verdicts: Iterable[Verdict]) -> Verdict:
    """Return one verdict on all that the verdicts are on; of none, an empty one."""
    parts = list(verdicts)
    if len(parts) < 2:
        return parts[0] if parts else EMPTY
    broken = _joined((each.broken for each in parts), lambda each: each.key, _broken)
    return Verdict(
        sessions=_distinct(each.sessions for each in parts),
        exchanges=sum(each.exchanges for each in parts),
        faulty=sum(each.faulty for each in parts),
        vendors=_distinct(each.vendors for each in parts),
        contracts=_digests([each.contracts for each in parts]),
        operations=_joined((each.operations for each in parts), lambda each: each.key, _operation),
        broken=broken,
        refused=_joined(
            (each.refused for each in parts), lambda each: (each.operation, each.status, each.outcome), _refused
        ),
        notices=_joined(
            (each.notices for each in parts),
            lambda each: (each.vendor, each.operation, each.kind, each.location),
            _noticed,
        ),
        unused=tuple(sorted(chain.from_iterable(each.unused for each in parts), key=repr)),
        allowed=_joined((each.allowed for each in parts), lambda each: each.name, _allowed),
        defects=_joined((each.defects for each in parts), lambda each: (each.operation, each.message), _defect),
        paid=_paid(parts, broken),
        complaints=_distinct(each.complaints for each in parts),
        mistaken=_joined((each.mistaken for each in parts), lambda each: each.key, _mistaken),
    )


def _joined(
    parts: Iterable[Iterable[Part]], key: Callable[[Part], Any], join: Callable[[Sequence[Part]], Part]
) -> tuple[Part, ...]:
    """Return all parts, those of the same key joined, sorted by key."""
    groups: dict[Any, list[Part]] = {}
    for part in chain.from_iterable(parts):
        groups.setdefault(key(part), []).append(part)
    return tuple(join(groups[each]) if len(groups[each]) > 1 else groups[each][0] for each in sorted(groups))


def _operation(group: Sequence[OperationCoverage]) -> OperationCoverage:
    return replace(
        group[0],
        counted=any(each.counted for each in group),
        outcomes=_joined((each.outcomes for each in group), lambda each: (each.status, each.name), _outcome),
        members=_joined((each.members for each in group), lambda each: each.place, _member),
        faults=_summed(each.faults for each in group),
    )


def _outcome(group: Sequence[OutcomeCount]) -> OutcomeCount:
    """Join what is known of one outcome, which a contract's other variant may not document."""
    best = min(group, key=lambda each: (each.kind, each.cause))
    return replace(best, counts=_summed(each.counts for each in group))


def _member(group: Sequence[MemberSeen]) -> MemberSeen:
    return MemberSeen(
        group[0].place,
        any(each.seen for each in group),
        _united(each.values for each in group),
        _united(each.values_seen for each in group),
    )


def _broken(group: Sequence[Broken]) -> Broken:
    return replace(
        min(group, key=lambda each: _when(each.first)),
        count=sum(each.count for each in group),
        allowed=sum(each.allowed for each in group),
        known=all(each.known for each in group),
        answers=_answers(each.answers for each in group),
    )


def _mistaken(group: Sequence[Mistaken]) -> Mistaken:
    return replace(group[0], answers=_answers(each.answers for each in group))


def _answers(parts: Iterable[Iterable[Answered]]) -> tuple[Answered, ...]:
    return _joined(parts, lambda each: (each.status, each.outcome), _answered)


def _answered(group: Sequence[Answered]) -> Answered:
    return replace(group[0], count=sum(each.count for each in group), allowed=sum(each.allowed for each in group))


def _refused(group: Sequence[Refused]) -> Refused:
    return replace(min(group, key=lambda each: _when(each.first)), count=sum(each.count for each in group))


def _noticed(group: Sequence[Noticed]) -> Noticed:
    return replace(min(group, key=lambda each: _when(each.first)), count=sum(each.count for each in group))


def _allowed(group: Sequence[Allowed]) -> Allowed:
    return Allowed(group[0].name, sum(each.count for each in group))


def _defect(group: Sequence[Defect]) -> Defect:
    return replace(group[0], count=sum(each.count for each in group))


def _paid(parts: Iterable[Verdict], broken: Iterable[Broken]) -> tuple[Debt, ...]:
    """Return the debts that some run has paid, and none still has."""
    unpaid = {each.key for each in broken}
    paid = {debt for each in parts for debt in each.paid if debt.key not in unpaid}
    return tuple(sorted(paid, key=lambda each: each.key))


def _when(first: First) -> tuple[bool, str, str, str]:
    """Order first occurrences by time; those whose request is known come before the others."""
    return not first.request, first.at, first.id, first.request


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
