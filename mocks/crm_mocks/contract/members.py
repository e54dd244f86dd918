"""Members and enum values documented by request schemas, counted by coverage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

import msgspec

from crm_mocks.contract.references import follow

Place = tuple[str, ...]
_DEPTH: Final = 12
_MAX_MEMBERS: Final = 2000
ENTRY: Final = "*"
"""Denotes the entries of an array."""


class BodyMembers(msgspec.Struct, eq=False, dict=True):
    """Documented members at and below one location in a body.

    Attributes:
        members: by name.
        entries: of an array.
        enum: allowed values except `null`, each with its type, since 1 and true are equal in Python.
    """

    members: dict[str, BodyMembers] = msgspec.field(default_factory=dict)
    entries: BodyMembers | None = None
    enum: set[tuple[type, Any]] = msgspec.field(default_factory=set)

    @cached_property
    def has_details(self) -> bool:
        """Whether there is more to cover than the presence of a value."""
        return bool(self.members or self.enum) or (self.entries is not None and self.entries.has_details)

    @cached_property
    def detailed(self) -> frozenset[str]:
        """Names of the members that have details."""
        return frozenset(name for name, inner in self.members.items() if inner.has_details)

    def walk(self, place: Place = ("body",)) -> Iterator[tuple[Place, BodyMembers]]:
        """Yield each documented member with its location, starting with the body itself."""
        yield place, self
        for name, inner in self.members.items():
            yield from inner.walk((*place, name))
        if self.entries is not None:
            for below, inner in self.entries.walk((*place, ENTRY)):
                if below != (*place, ENTRY) or inner.enum:
                    yield below, inner


def members_of(document: Mapping[str, Any], schema: Any) -> BodyMembers:
    """Return the members documented by a schema: a recursive one once, and not more than coverage can show.

    Args:
        document: the contract in force.
        schema: schema object or reference.
    """
    members = BodyMembers()
    _Reader(document).add(schema, members, frozenset())
    return members


class _Reader:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._count = 0

    def add(self, schema: Any, members: BodyMembers, above: frozenset[str]) -> None:
        """Add what a schema documents to the members of its location.

        Args:
            schema: schema object or reference.
            members: of the location.
            above: references that led here.
        """
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if reference in above:
            return
        above = above | {reference} if isinstance(reference, str) else above
        schema = follow(self._document, schema)
        if not isinstance(schema, dict) or len(above) > _DEPTH:
            return
        members.enum |= {
            (type(value), value) for value in schema.get("enum", ()) if isinstance(value, str | int | float)
        }
        for keyword in ("allOf", "oneOf", "anyOf"):
            for branch in schema.get(keyword, ()):
                self.add(branch, members, above)
        for name, inner in schema.get("properties", {}).items():
            self._count += 1
            if self._count <= _MAX_MEMBERS:
                self.add(inner, members.members.setdefault(name, BodyMembers()), above)
        if "items" in schema and self._count < _MAX_MEMBERS:
            members.entries = members.entries or BodyMembers()
            self.add(schema["items"], members.entries, above)
