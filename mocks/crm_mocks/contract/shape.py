"""The shape of request bodies: which members the contract knows, to notice deprecated and undocumented names."""

from __future__ import annotations

from collections.abc import KeysView, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from crm_mocks.contract.references import follow


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that breaks nothing but that the user will want to know.

    Attributes:
        kind: `deprecated` or `undocumented`.
        location: path to the member, as in a violation.
        message: one sentence.
    """

    kind: str
    location: tuple[str | int, ...]
    message: str

    def as_json(self) -> dict[str, Any]:
        """Return the notice for journal and reports."""
        return {"kind": self.kind, "location": ["request", *self.location], "message": self.message}


@dataclass
class KnownMembers:
    """Members known at one place of a body, and what lies below them."""

    members: dict[str, KnownMembers] = field(default_factory=dict)
    entries: KnownMembers | None = None
    notice: tuple[str, str] | None = None
    open: bool = True

    def notices(self, value: Any, location: tuple[str | int, ...] = ("body",)) -> list[Notice]:
        """Return a notice for each deprecated or undocumented member of the value."""
        found: list[Notice] = []
        if self.is_telling:
            self.add_notices(value, location, found)
        return found

    @cached_property
    def is_telling(self) -> bool:
        """Whether anything at or below this place can give a notice."""
        return not self.open or self.notice is not None or self.entries is not None

    @cached_property
    def _telling(self) -> dict[str, KnownMembers]:
        """Those of the members that can give a notice."""
        return {name: member for name, member in self.members.items() if member.is_telling}

    @cached_property
    def plain_members(self) -> KeysView[str] | None:
        """The members of an object here, if those that are not among them are all that gives a notice."""
        return None if self.open or self.notice or self._telling else self.members.keys()

    def add_notices(self, value: Any, location: tuple[str | int, ...], found: list[Notice]) -> None:
        """Add what `notices` returns to a list."""
        if self.notice is not None:
            found.append(Notice(self.notice[0], location, self.notice[1]))
        if isinstance(value, dict):
            if self.open:
                return
            if not value.keys() <= self.members.keys():
                found += (_undocumented(name, location) for name in value if name not in self.members)
            for name, member in self._telling.items():
                if name in value:
                    member.add_notices(value[name], (*location, name), found)
        elif isinstance(value, list) and self.entries is not None and self.entries.is_telling:
            plain = self.entries.plain_members
            for number, inner in enumerate(value):
                if plain is None or type(inner) is not dict or not inner.keys() <= plain:
                    self.entries.add_notices(inner, (*location, number), found)


def _undocumented(name: str, location: tuple[str | int, ...]) -> Notice:
    return Notice("undocumented", (*location, name), f"member '{name}' is not in the contract")


def known_members(document: Mapping[str, Any], schema: Any, depth: int = 12) -> KnownMembers:
    """Build the shape of a schema of the contract.

    Args:
        document: the contract in force.
        schema: schema object or reference.
        depth: how far to look; beyond it, everything is taken as known, which ends recursive schemas.
    """
    shape = KnownMembers()
    if depth:
        _add(document, schema, shape, depth)
    return shape


def _add(document: Mapping[str, Any], schema: Any, shape: KnownMembers, depth: int) -> None:
    schema = follow(document, schema)
    if not isinstance(schema, dict):
        return
    if shape.notice is None:
        shape.notice = _notice(schema)
    for keyword in ("allOf", "oneOf", "anyOf"):
        for branch in schema.get(keyword, ()):
            _add(document, branch, shape, depth)
    if "properties" in schema:
        shape.open = False
        for name, inner in schema["properties"].items():
            known = shape.members.setdefault(name, KnownMembers())
            if depth > 1:
                _add(document, inner, known, depth - 1)
    if "items" in schema and depth > 1:
        shape.entries = shape.entries or KnownMembers()
        _add(document, schema["items"], shape.entries, depth - 1)


def _notice(schema: Mapping[str, Any]) -> tuple[str, str] | None:
    if schema.get("x-undocumented"):
        alias = schema.get("x-alias-of")
        return "undocumented", f"undocumented name of '{alias}'" if alias else "not in the documents"
    if schema.get("deprecated"):
        since = schema.get("x-deprecated-from")
        return "deprecated", f"deprecated from {since} on" if since else "deprecated"
    return None
