"""Combining schemas: all of them together, or one or the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from crm_contracts.diff.schemas.slots import EVERYTHING, NOTHING, Normal, Schema, Slot
from crm_contracts.diff.schemas.values import admitting

MOST: Final = 64
"""Maximum number of alternatives of one type that are compared one by one."""


class TooMany(Exception):
    """A schema has more alternatives than can be compared one by one."""


def union(parts: list[Normal]) -> Normal:
    """Return the schema that allows the values that any of the parts allows.

    Raises:
        TooMany: it has too many alternatives.
    """
    found: dict[str, list[Slot]] = {}
    for part in parts:
        for type_, slots in part.items():
            found.setdefault(type_, []).extend(slots)
    return {type_: _distinct(slots) for type_, slots in found.items()}


def both(one: Normal, other: Normal) -> Normal:
    """Return the schema that allows the values that both allow.

    Raises:
        TooMany: it has too many alternatives.
    """
    found: dict[str, tuple[Slot, ...]] = {}
    for type_ in one.keys() & other.keys():
        if len(one[type_]) * len(other[type_]) > MOST:
            raise TooMany
        slots = [slot for a in one[type_] for b in other[type_] if (slot := _both(a, b)) is not None]
        if slots:
            found[type_] = _distinct(slots)
    return found


def _distinct(slots: list[Slot]) -> tuple[Slot, ...]:
    found: list[Slot] = []
    for slot in slots:
        if slot not in found:
            if len(found) == MOST:
                raise TooMany
            found.append(slot)
    return tuple(found)


def conjunction(one: Schema, other: Schema) -> Schema:
    """Return the schema of the values that fit both."""
    if NOTHING in (one, other):
        return NOTHING
    nodes = {id(node): node for node in (*one.nodes, *other.nodes)}
    return Schema(frozenset(nodes), tuple(nodes.values()))


def _both(one: Slot, other: Slot) -> Slot | None:
    """Return a slot with the requirements of both; `None` if they enumerate values and none is left."""
    plain = EVERYTHING[one.type][0]
    if other == plain:
        return one
    if one == plain:
        return other
    merged = replace(
        one,
        values=None,
        low=max(filter(None, (one.low, other.low)), default=None),
        high=min(filter(None, (one.high, other.high)), key=lambda high: (high.value, not high.open), default=None),
        whole=one.whole or other.whole,
        unique=one.unique or other.unique,
        formats=one.formats | other.formats,
        patterns=one.patterns | other.patterns,
        multiples=one.multiples | other.multiples,
        members=_members(one, other),
        required=one.required | other.required,
        others=conjunction(one.others, other.others),
        items=conjunction(one.items, other.items),
        exclusive=one.exclusive | other.exclusive,
        rest=one.rest | other.rest,
    )
    if one.values is None and other.values is None:
        return merged
    in_one, in_other = admitting(one), admitting(other)
    values = {
        text: value
        for text, value in {**(one.values or {}), **(other.values or {})}.items()
        if in_one(value) and in_other(value)
    }
    return Slot(one.type, values=values, exclusive=merged.exclusive, rest=merged.rest) if values else None


def _members(one: Slot, other: Slot) -> dict[str, Schema]:
    """Return the members that both name or allow."""
    found = {
        name: conjunction(one.members.get(name, one.others), other.members.get(name, other.others))
        for name in (*one.members, *other.members)
    }
    return {name: schema for name, schema in found.items() if schema != NOTHING or not (one.closed or other.closed)}
