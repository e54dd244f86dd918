"""Known members of request bodies, to detect deprecated and undocumented names."""

from __future__ import annotations

from collections.abc import Iterable, KeysView, Mapping
from functools import cached_property
from itertools import islice
from typing import Any, Final

import msgspec

from crm_mocks.contract.references import collect_alternatives
from crm_mocks.location import Location

MAX_NOTICES: Final = 1_000
"""Number of notices about a body, or a few more, after which the rest of it is not searched."""


class Notice(msgspec.Struct, frozen=True):
    """Something that breaks no rule but is worth reporting.

    Attributes:
        kind: `deprecated`, `undocumented`, `preference`, `magic`, `retry`, or a kind of the host's.
        location: as in `Violation`.
        message: one sentence.
    """

    kind: str
    location: Location
    message: str

    def as_json(self) -> dict[str, Any]:
        """Return the notice as JSON."""
        return {"kind": self.kind, "location": ["request", *self.location], "message": self.message}


class BodyShape(msgspec.Struct, dict=True):
    """Known members at and below one location in a body."""

    members: dict[str, BodyShape] = msgspec.field(default_factory=dict)
    entries: BodyShape | None = None
    notice: tuple[str, str] | None = None
    open: bool = True

    def notices(self, value: Any, location: Location = ("body",)) -> list[Notice]:
        """Return a notice for each deprecated or undocumented member of the value."""
        notices: list[Notice] = []
        if self.gives_notices:
            self.add_notices(value, location, notices)
        return notices

    @cached_property
    def gives_notices(self) -> bool:
        """Whether anything at or below this location can give a notice."""
        entries = self.entries
        return self.is_noticed or (entries is not None and (entries.is_noticed or entries.entries is not None))

    @cached_property
    def is_noticed(self) -> bool:
        """Whether this location or its members can give a notice, whatever its entries give."""
        return not self.open or self.notice is not None

    @cached_property
    def noticed_members(self) -> dict[str, BodyShape]:
        """Members that can give a notice."""
        return {name: member for name, member in self.members.items() if member.gives_notices}

    @cached_property
    def plain_members(self) -> KeysView[str] | None:
        """Known members, if only unknown ones can give a notice; otherwise `None`."""
        return None if self.open or self.notice or self.noticed_members else self.members.keys()

    def add_notices(self, value: Any, location: Location, notices: list[Notice]) -> None:
        """Append the results of `notices` to a list; of a body with very many, the first ones."""
        if len(notices) > MAX_NOTICES:
            return
        if self.notice is not None:
            notices.append(Notice(self.notice[0], location, self.notice[1]))
        if isinstance(value, dict):
            if self.open:
                return
            if not value.keys() <= self.members.keys():
                unknown = (name for name in value if name not in self.members)
                notices += (_undocumented(name, location) for name in islice(unknown, MAX_NOTICES))
            for name, member in self.noticed_members.items():
                if name in value:
                    member.add_notices(value[name], (*location, name), notices)
        elif isinstance(value, list) and self.entries is not None and self.entries.gives_notices:
            self.entries.add_notices_of_entries(value, location, notices)

    def add_notices_of_entries(self, values: list[Any], location: Location, notices: list[Notice]) -> None:
        """Append the notices of the entries of an array, each of which has this shape."""
        plain = self.plain_members
        for number, inner in enumerate(values):
            if plain is None or type(inner) is not dict or not inner.keys() <= plain:
                self.add_notices(inner, (*location, number), notices)


def _undocumented(name: str, location: Location) -> Notice:
    return Notice("undocumented", (*location, name), f"member '{name}' is not in the contract")


def body_shape(document: Mapping[str, Any], schema: Any) -> BodyShape:
    """Return the shape of bodies that match a schema; that of a recursive schema contains itself.

    Args:
        document: the contract in force.
        schema: schema object or reference.
    """
    return ShapeBuilder(document).built(schema)


class ShapeBuilder:
    """Builds each shape of a contract once: a recursive schema would otherwise have shapes without end."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._shapes: dict[tuple[int, ...], BodyShape] = {}
        self._kept: list[Any] = []  # so that identities stay unique
        self._pending: list[tuple[BodyShape, Iterable[Mapping[str, Any]]]] = []

    def built(self, schema: Any) -> BodyShape:
        """Return the shape of a schema, and fill those below it: schemas refer to others thousands deep."""
        shape = self.shape([schema])
        while self._pending:
            self._fill(*self._pending.pop())
        return shape

    def shape(self, schemas: list[Any]) -> BodyShape:
        """Return the shape of values that all of the schemas may describe."""
        nodes: dict[int, Mapping[str, Any]] = {}
        for schema in schemas:
            collect_alternatives(self._document, schema, nodes)
        self._kept.append(nodes)
        key = tuple(nodes)
        if key not in self._shapes:
            shape = self._shapes[key] = BodyShape()
            self._pending.append((shape, nodes.values()))
        return self._shapes[key]

    def _fill(self, shape: BodyShape, nodes: Iterable[Mapping[str, Any]]) -> None:
        members: dict[str, list[Any]] = {}
        entries: list[Any] = []
        for node in nodes:
            shape.notice = shape.notice or _notice(node)
            shape.open = shape.open and "properties" not in node
            for name, inner in node.get("properties", {}).items():
                members.setdefault(name, []).append(inner)
            entries += [node["items"]] if "items" in node else []
        shape.members = {name: self.shape(schemas) for name, schemas in members.items()}
        shape.entries = self.shape(entries) if entries else None


def _notice(schema: Mapping[str, Any]) -> tuple[str, str] | None:
    if schema.get("x-undocumented"):
        alias = schema.get("x-alias-of")
        return "undocumented", f"undocumented name of '{alias}'" if alias else "not in the documents"
    if schema.get("deprecated"):
        since = schema.get("x-deprecated-from")
        return "deprecated", f"deprecated since {since}" if since else "deprecated"
    return None
