"""Requirements of a schema on the values of one JSON type, all of its keywords and parts combined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """Schema objects of the document that must all hold; with none, every value is allowed.

    Attributes:
        key: identifies it within the document.
        nodes: the schema objects, references followed.
    """

    key: frozenset[int]
    nodes: tuple[Any, ...]


ANYTHING: Final = Schema(frozenset(), ())
NOTHING: Final = Schema(frozenset({0}), (False,))


class Bound(NamedTuple):
    """The least or greatest value that is allowed; `open` if it is not allowed itself."""

    value: int | float
    open: bool = False


class Alternative(NamedTuple):
    """An alternative of a `oneOf` whose alternatives may fit together.

    Attributes:
        fingerprint: its fingerprint.
        number: its index among those with the same fingerprint.
        required: members that it requires.
    """

    fingerprint: str
    number: int
    required: frozenset[str]


@dataclass(frozen=True)
class Slot:
    """Requirements on the values of one type.

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
        rest: keywords that are compared by their text only, each with its fingerprint.
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
"""A schema by type: a value of the type is allowed if it fits one of the slots. Missing types are not allowed."""

BOOLEANS: Final[Mapping[str, Any]] = {"false": False, "true": True}
EVERYTHING: Final[Normal] = {type_: (Slot(type_, values=BOOLEANS if type_ == "boolean" else None),) for type_ in TYPES}
