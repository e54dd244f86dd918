"""Alternatives that exclude each other: by their content, so that `oneOf` equals `anyOf`, or by `oneOf` only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final

from crm_contracts.diff.schemas.found import Found
from crm_contracts.diff.schemas.slots import Alternative, Normal, Slot
from crm_contracts.diff.schemas.values import admitting
from crm_contracts.diff.variance import Effect

if TYPE_CHECKING:
    from crm_contracts.diff.schemas.reader import SchemaReader

_DEPTH: Final = 4
"""Maximum depth of the members that are examined for a difference between alternatives."""


def disjoint(alternatives: Sequence[Normal], reader: SchemaReader) -> bool:
    """Return whether no value can fit two of the alternatives; `False` if that cannot be decided."""
    return all(_disjoint(one, other, reader, _DEPTH) for one, other in combinations(alternatives, 2))


def _disjoint(one: Normal, other: Normal, reader: SchemaReader, depth: int) -> bool:
    return all(
        _exclude(a, b, reader, depth) for type_ in one.keys() & other.keys() for a in one[type_] for b in other[type_]
    )


def _exclude(one: Slot, other: Slot, reader: SchemaReader, depth: int) -> bool:
    """Return whether no value fits both slots: by enumerated values, by bounds, or by a member that both must have."""
    if one.values is not None:
        return not any(map(admitting(other), one.values.values()))
    if other.values is not None:
        return _exclude(other, one, reader, depth)
    if _apart(one, other) or _apart(other, one) or _lacks(one, other) or _lacks(other, one):
        return True
    shared = (name for name in one.required & other.required if name in one.members and name in other.members)
    return depth > 0 and any(
        _disjoint(reader.normal(one.members[name]), reader.normal(other.members[name]), reader, depth - 1)
        for name in shared
    )


def _apart(one: Slot, other: Slot) -> bool:
    """Return whether all values of one are below those of the other."""
    if one.high is None or other.low is None:
        return False
    touching = one.high.open or other.low.open
    return one.high.value < other.low.value or (touching and one.high.value == other.low.value)


def _lacks(one: Slot, other: Slot) -> bool:
    """Return whether one must have a member that the other cannot have."""
    return other.closed and any(name not in other.members for name in one.required)


def exclusions(old: Slot, new: Slot) -> Iterator[Found]:
    """Yield the change of which alternatives must not fit together.

    A value that fitted one alternative is refused if it also fits an added one. It cannot if that one requires a member
    that the old contract does not name. Added and removed alternatives themselves are reported with the slots.
    """
    gone, came = old.exclusive - new.exclusive, new.exclusive - old.exclusive
    single = len(gone) <= 1 and len(came) <= 1
    were, are = (frozenset[Alternative]().union(*groups) for groups in (gone, came))
    effect = Effect.NARROWED if came and (not single or _reachable(are - were, old)) else Effect.NONE
    effect |= Effect.WIDENED if gone and (not single or _reachable(were - are, new)) else Effect.NONE
    if effect:
        yield Found((), "oneOf", effect)


def _reachable(alternatives: frozenset[Alternative], slot: Slot) -> bool:
    """Return whether a value whose members the slot names can fit one of the alternatives."""
    return any(not each.required - slot.members.keys() for each in alternatives)
