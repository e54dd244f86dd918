"""Merging verdicts of sessions, workers and runs; what comes of it does not depend on their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any, Final, TypeVar

from crm_contracts.verdict.model import (
    Allowed,
    Broken,
    Defect,
    First,
    MemberSeen,
    Noticed,
    OperationCoverage,
    OutcomeCount,
    Refused,
    Verdict,
)

EMPTY: Final = Verdict((), 0, 0, (), {}, ())
"""What merging begins with."""

Part = TypeVar("Part")


def merge(verdicts: Iterable[Verdict]) -> Verdict:
    """Return one verdict on all that the verdicts are on; of none, an empty one."""
    return reduce(_both, verdicts, EMPTY)


def _both(one: Verdict, other: Verdict) -> Verdict:
    broken = _joined(one.broken, other.broken, lambda each: each.key, _broken)
    unpaid = {each.key for each in broken}
    return Verdict(
        sessions=tuple(sorted({*one.sessions, *other.sessions})),
        exchanges=one.exchanges + other.exchanges,
        faulty=one.faulty + other.faulty,
        vendors=tuple(sorted({*one.vendors, *other.vendors})),
        contracts=_digests(one.contracts, other.contracts),
        operations=_joined(one.operations, other.operations, lambda each: each.key, _operation),
        broken=broken,
        refused=_joined(one.refused, other.refused, lambda each: (each.operation, each.status, each.outcome), _counted),
        notices=_joined(
            one.notices, other.notices, lambda each: (each.vendor, each.operation, each.kind, each.location), _noticed
        ),
        unused=tuple(sorted((*one.unused, *other.unused), key=repr)),
        allowed=_joined(one.allowed, other.allowed, lambda each: (each.name,), _allowed),
        defects=_joined(one.defects, other.defects, lambda each: (each.operation, each.message), _defect),
        paid=tuple(
            sorted({each for each in (*one.paid, *other.paid) if each.key not in unpaid}, key=lambda each: each.key)
        ),
        complaints=tuple(sorted({*one.complaints, *other.complaints})),
    )


def _joined(
    some: Iterable[Part], others: Iterable[Part], key: Callable[[Part], Any], join: Callable[[Part, Part], Part]
) -> tuple[Part, ...]:
    """Return the parts of both, those of the same key joined, sorted by key."""
    found = {key(each): each for each in some}
    for each in others:
        same = found.get(key(each))
        found[key(each)] = each if same is None else join(same, each)
    return tuple(found[each] for each in sorted(found))


def _operation(one: OperationCoverage, other: OperationCoverage) -> OperationCoverage:
    return replace(
        one,
        counted=one.counted or other.counted,
        outcomes=_joined(one.outcomes, other.outcomes, lambda each: (each.status, each.name), _outcome),
        members=_joined(one.members, other.members, lambda each: each.place, _member),
        faults=_summed(one.faults, other.faults),
    )


def _outcome(one: OutcomeCount, other: OutcomeCount) -> OutcomeCount:
    """Join what is known of one outcome, which a contract's other variant may not document."""
    best = min(one, other, key=lambda each: (each.kind, each.cause))
    return replace(best, counts=_summed(one.counts, other.counts))


def _member(one: MemberSeen, other: MemberSeen) -> MemberSeen:
    return MemberSeen(
        one.place,
        one.seen or other.seen,
        _united(one.values, other.values),
        _united(one.values_seen, other.values_seen),
    )


def _broken(one: Broken, other: Broken) -> Broken:
    earlier = min(one, other, key=lambda each: _when(each.first))
    return replace(
        earlier,
        count=one.count + other.count,
        allowed=one.allowed + other.allowed,
        known=one.known and other.known,
    )


def _counted(one: Refused, other: Refused) -> Refused:
    return replace(min(one, other, key=lambda each: _when(each.first)), count=one.count + other.count)


def _noticed(one: Noticed, other: Noticed) -> Noticed:
    return replace(min(one, other, key=lambda each: _when(each.first)), count=one.count + other.count)


def _allowed(one: Allowed, other: Allowed) -> Allowed:
    return replace(one, count=one.count + other.count)


def _defect(one: Defect, other: Defect) -> Defect:
    return replace(one, count=one.count + other.count)


def _when(first: First) -> tuple[bool, str, str, str]:
    """Order first occurrences by time; those whose request is known come before the others."""
    return not first.request, first.at, first.id, first.request


def _summed(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted({*one, *other})}


def _united(one: Iterable[Any], other: Iterable[Any]) -> tuple[Any, ...]:
    """Return JSON values of both, each once; 1, 1.0 and true are different ones."""
    found = {repr(value): value for value in (*one, *other)}
    return tuple(found[each] for each in sorted(found))


def _digests(one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted({*one.get(name, ()), *other.get(name, ())})) for name in sorted({*one, *other})}
