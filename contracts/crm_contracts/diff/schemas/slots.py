"""What a schema asks of the values of one JSON type, all of its keywords and parts taken together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

TYPES: Final = ("null", "boolean", "number", "string", "array", "object")
"""JSON's types; `integer` is a number that is whole."""

COUNTED: Final = {
    "number": ("minimum", "maximum"),
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
"""The two keywords that bound the values of a type."""


class Schema(NamedTuple):
    """Schema objects that must all hold, as the document has them; none of them: anything may come.

    Attributes:
        key: tells it from others of the same document.
        nodes: the schema objects, references followed.
    """

    key: frozenset[int]
    nodes: tuple[Any, ...]


ANYTHING: Final = Schema(frozenset(), ())
NOTHING: Final = Schema(frozenset({0}), (False,))


class Bound(NamedTuple):
    """The least or greatest value that is allowed; `open` if it is itself not."""

    value: int | float
    open: bool = False


class Alternative(NamedTuple):
    """An alternative of a `oneOf` whose alternatives may fit together: what tells it, and the members that it needs."""

    fingerprint: str
    required: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Slot:
    """What is asked of the values of one type.

    Attributes:
        type: one of `TYPES`.
        values: the only values allowed, by their canonical text; `None` if they are not enumerated.
        low: the least value, length or count.
        high: the greatest.
        whole: a number has no fraction.
        unique: entries of an array differ from one another.
        formats: all must fit.
        patterns: all must fit.
        multiples: the number must be a multiple of all.
        members: the members of an object that are named.
        required: those that must be there.
        others: schema of the members that are not named.
        items: schema of the entries of an array.
        exclusive: alternatives of which no two may fit.
        rest: keywords that are not taken apart, each with what tells it from others.
    """

    type: str
    values: Mapping[str, Any] | None = None
    low: Bound | None = None
    high: Bound | None = None
    whole: bool = False
    unique: bool = False
    formats: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    multiples: frozenset[int | float] = frozenset()
    members: Mapping[str, Schema] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    others: Schema = ANYTHING
    items: Schema = ANYTHING
    exclusive: frozenset[frozenset[Alternative]] = frozenset()
    rest: frozenset[tuple[str, str]] = frozenset()

    @property
    def closed(self) -> bool:
        """Whether the object may have no member that is not named."""
        return self.others == NOTHING


Normal = Mapping[str, tuple[Slot, ...]]
"""A schema by type: a value of the type is allowed if one of the slots takes it. Types not there are not allowed."""

BOOLEANS: Final[Mapping[str, Any]] = {"false": False, "true": True}
EVERYTHING: Final[Normal] = {type_: (Slot(type_, values=BOOLEANS if type_ == "boolean" else None),) for type_ in TYPES}
MOST: Final = 64
"""Alternatives of one type that are kept apart."""


class TooMany(Exception):
    """A schema has more alternatives than can be compared one by one."""


def union(parts: list[Normal]) -> Normal:
    """Return what takes the values that one of the parts takes."""
    found: dict[str, list[Slot]] = {}
    for part in parts:
        for type_, slots in part.items():
            found.setdefault(type_, []).extend(slots)
    return {type_: _distinct(slots) for type_, slots in found.items()}


def both(one: Normal, other: Normal) -> Normal:
    """Return what takes the values that both take.

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
            found.append(slot)
    return tuple(found)


def conjunction(one: Schema, other: Schema) -> Schema:
    """Return the schema that asks what both ask."""
    if NOTHING in (one, other):
        return NOTHING
    nodes = {id(node): node for node in (*one.nodes, *other.nodes)}
    return Schema(frozenset(nodes), tuple(nodes.values()))


def _both(one: Slot, other: Slot) -> Slot | None:
    values = one.values if other.values is None else other.values
    if one.values is not None and other.values is not None:
        values = {text: value for text, value in one.values.items() if text in other.values}
        if not values:
            return None
    return replace(
        one,
        values=values,
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


def _members(one: Slot, other: Slot) -> dict[str, Schema]:
    """Return the members that both know or let through."""
    found = {
        name: conjunction(one.members.get(name, one.others), other.members.get(name, other.others))
        for name in (*one.members, *other.members)
    }
    return {name: schema for name, schema in found.items() if schema != NOTHING or not (one.closed or other.closed)}
