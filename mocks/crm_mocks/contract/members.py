"""Members and enum values documented by request schemas, counted by coverage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crm_mocks.contract.references import follow

Place = tuple[str, ...]
ENTRY: Final = "*"
"""Denotes the entries of an array."""


@dataclass(eq=False)
class BodyMembers:
    """Documented members at and below one location in a body.

    Attributes:
        members: by name.
        entries: of an array.
        enum: allowed values except `null`, each with its type, since 1 and true are equal in Python.
    """

    members: dict[str, BodyMembers] = field(default_factory=dict)
    entries: BodyMembers | None = None
    enum: set[tuple[type, Any]] = field(default_factory=set)

    @property
    def has_details(self) -> bool:
        """Whether there is more to cover than the presence of a value."""
        return bool(self.members or self.enum) or (self.entries is not None and self.entries.has_details)

    def walk(self, place: Place = ("body",)) -> Iterator[tuple[Place, BodyMembers]]:
        """Yield each documented member with its location, starting with the body itself."""
        yield place, self
        for name, inner in self.members.items():
            yield from inner.walk((*place, name))
        if self.entries is not None:
            for below, inner in self.entries.walk((*place, ENTRY)):
                if below != (*place, ENTRY) or inner.enum:
                    yield below, inner


def members_of(document: Mapping[str, Any], schema: Any, depth: int = 12) -> BodyMembers:
    """Return the members documented by a schema.

    Args:
        document: the contract in force.
        schema: schema object or reference.
        depth: maximum depth, a bound for recursive schemas.
    """
    members = BodyMembers()
    _add(document, schema, members, depth)
    return members


def _add(document: Mapping[str, Any], schema: Any, members: BodyMembers, depth: int) -> None:
    schema = follow(document, schema)
    if not isinstance(schema, dict) or not depth:
        return
    members.enum |= {(type(value), value) for value in schema.get("enum", ()) if value is not None}
    for keyword in ("allOf", "oneOf", "anyOf"):
        for branch in schema.get(keyword, ()):
            _add(document, branch, members, depth - 1)
    for name, inner in schema.get("properties", {}).items():
        _add(document, inner, members.members.setdefault(name, BodyMembers()), depth - 1)
    if "items" in schema:
        members.entries = members.entries or BodyMembers()
        _add(document, schema["items"], members.entries, depth - 1)
