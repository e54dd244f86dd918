"""Reading the schemas of one document: the requirements of each on the values of each type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, Final

from crm_contracts.diff import nodes
from crm_contracts.diff.errors import DocumentError
from crm_contracts.diff.schemas.combine import TooMany, both, conjunction, union
from crm_contracts.diff.schemas.exclusive import disjoint
from crm_contracts.diff.schemas.fingerprint import Fingerprints
from crm_contracts.diff.schemas.keywords import own_slots
from crm_contracts.diff.schemas.slots import (
    ANYTHING,
    EVERYTHING,
    NOTHING,
    Alternative,
    Normal,
    Schema,
    Slot,
)
from crm_contracts.diff.variance import Direction

_HIDDEN: Final = {Direction.REQUEST: "readOnly", Direction.RESPONSE: "writeOnly"}
"""Members marked so do not occur in this direction."""


class SchemaReader:
    """Reads schemas of one document, each once.

    Attributes:
        document: the OpenAPI document.
        direction: which way the values travel.
        fingerprints: of the document's schemas.
    """

    def __init__(self, document: Mapping[str, Any], direction: Direction) -> None:
        self.document = document
        self.direction = direction
        self.fingerprints = Fingerprints(self)
        self._beside_reference = not str(document.get("openapi", "")).startswith("3.0")
        self._normal: dict[frozenset[int], Normal] = {}
        self._reading: list[frozenset[int]] = []
        self._made: dict[int, tuple[Mapping[str, Any], dict[str, Any]]] = {}

    def schema(self, node: Any) -> Schema:
        """Return a schema object of the document, references followed.

        Raises:
            DocumentError: it is not a schema, or a reference has no target.
        """
        if node is True or node == {}:
            return ANYTHING
        if node is False:
            return NOTHING
        if not isinstance(node, Mapping):
            raise DocumentError(f"a schema must be an object, not {nodes.canonical(node)[:40]}")
        if "$ref" not in node:
            return Schema(frozenset({id(node)}), (node,))
        return self._referred(node)

    def _referred(self, node: Mapping[str, Any]) -> Schema:
        """Return the target of a reference; beside it, 3.0 ignores keywords and 3.1 allows any."""
        reference = nodes.text(node, "$ref")
        if node.get("nullable") is True:
            return self.made(node, {"nullable": True, "allOf": [{"$ref": reference}]})
        target = self.schema(nodes.follow(self.document, {"$ref": reference}))
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return conjunction(target, self.made(node, beside)) if self._beside_reference and beside else target

    def made(self, origin: Mapping[str, Any], node: dict[str, Any]) -> Schema:
        """Return a schema that is not in the document; always the same one for the same node."""
        _, made = self._made.setdefault(id(origin), (origin, node))
        return Schema(frozenset({id(made)}), (made,))

    def normal(self, schema: Schema) -> Normal:
        """Return the requirements of a schema on the values of each type.

        Raises:
            DocumentError: the schema contradicts the rules of schemas.
        """
        found = self._normal.get(schema.key)
        if found is None:
            if schema.key in self._reading:
                raise DocumentError("a schema is defined by itself, through allOf, anyOf or oneOf")
            self._reading.append(schema.key)
            found = self._normal[schema.key] = self._read_all(schema)
            self._reading.pop()
        return found

    def _read_all(self, schema: Schema) -> Normal:
        try:
            return reduce(both, map(self._read, schema.nodes)) if schema.nodes else EVERYTHING
        except TooMany:
            return self._opaque("alternatives", schema)

    def _read(self, node: Any) -> Normal:
        if node is False:
            return {}
        found = own_slots(node, self)
        for part in nodes.listing(node, "allOf"):
            found = both(found, self.normal(self.schema(part)))
        for keyword in ("anyOf", "oneOf"):
            if keyword in node:
                found = both(found, self._alternatives(node, keyword))
        if "not" in node:
            found = both(found, self._opaque("not", self.schema(node["not"])))
        return union([found, {"null": (Slot("null"),)}]) if node.get("nullable") is True else found

    def _alternatives(self, node: Mapping[str, Any], keyword: str) -> Normal:
        parts = [self.schema(part) for part in nodes.listing(node, keyword)]
        normals = [self.normal(part) for part in parts]
        found = union(normals)
        if keyword == "anyOf" or disjoint(normals, self):
            return found
        return both(found, self._exclusive(parts))

    def _exclusive(self, parts: list[Schema]) -> Normal:
        """Return the requirement that no two of the parts fit."""
        found = {}
        for type_ in EVERYTHING:
            needed = [[slot.required for slot in self.normal(part).get(type_, ())] for part in parts]
            group: frozenset[Alternative] = frozenset()
            for part, each in zip(map(self.fingerprints.of, parts), needed, strict=True):
                same = sum(known.fingerprint == part for known in group)
                group |= {Alternative(part, same, frozenset.intersection(*each) if each else frozenset())}
            found[type_] = (Slot(type_, exclusive=frozenset({group})),)
        return found

    def _opaque(self, keyword: str, schema: Schema) -> Normal:
        """Return a schema that is compared by its text only."""
        mark = frozenset({(keyword, self.fingerprints.of(schema))})
        return {type_: (Slot(type_, rest=mark),) for type_ in EVERYTHING}

    def follow(self, node: Any, what: str) -> Mapping[str, Any]:
        """Return an object of the document, or the one that it refers to.

        Raises:
            DocumentError: it is not an object; `what` names it.
        """
        return nodes.as_mapping(nodes.follow(self.document, nodes.as_mapping(node, what)), what)

    def members(self, node: Mapping[str, Any]) -> dict[str, Schema]:
        """Return the members that a schema object names, without those that do not occur in this direction."""
        named = {name: self.schema(inner) for name, inner in nodes.mapping(node, "properties").items()}
        return {name: schema for name, schema in named.items() if not self._is_hidden(schema.nodes)}

    def _is_hidden(self, schema: Iterable[Any]) -> bool:
        word = _HIDDEN[self.direction]
        return any(isinstance(node, Mapping) and node.get(word) is True for node in schema)
