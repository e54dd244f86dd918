"""Fingerprints of schemas, equal if the schemas are: descriptions left out, references followed."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from crm_contracts.diff import nodes

if TYPE_CHECKING:
    from crm_contracts.diff.schemas.reader import SchemaReader
    from crm_contracts.diff.schemas.slots import Schema

_FOR_PEOPLE: Final = frozenset(
    ("title", "description", "example", "examples", "externalDocs", "xml", "$comment", "$id", "$anchor")
)
_NAMED: Final = frozenset(("properties", "patternProperties", "dependentSchemas"))
_LISTED: Final = frozenset(("allOf", "anyOf", "oneOf"))
_ORDERED: Final = "prefixItems"
_SINGLE: Final = frozenset(("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"))
_SETS: Final = frozenset(("enum", "required", "type"))


class Fingerprints:
    """Fingerprints of the schemas of one document."""

    def __init__(self, reader: SchemaReader) -> None:
        self._reader = reader
        self._known: dict[frozenset[int], str] = {}
        self._met: dict[frozenset[int], int] = {}
        self._turns_back = False

    def of(self, schema: Schema) -> str:
        """Return the fingerprint of a schema.

        A schema that is reached again below itself is represented by the number of its first occurrence.
        """
        if schema.key in self._known:
            return self._known[schema.key]
        if schema.key in self._met:
            self._turns_back = True
            return f"#{self._met[schema.key]}"
        is_first, before = not self._met, self._turns_back
        self._met[schema.key] = len(self._met)
        self._turns_back = False
        text = "&".join(sorted(self._of_node(node) for node in schema.nodes))
        found = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if is_first or not self._turns_back:
            self._known[schema.key] = found
        self._turns_back = self._turns_back or before
        if is_first:
            self._met.clear()
        return found

    def _of_node(self, node: Any) -> str:
        if not isinstance(node, Mapping):
            return nodes.canonical(node)
        parts = (
            f"{nodes.canonical(key)}:{self.of_keyword(node, key)}"
            for key in sorted(node)
            if key not in _FOR_PEOPLE and not key.startswith("x-")
        )
        return "{" + ",".join(parts) + "}"

    def of_keyword(self, node: Mapping[str, Any], key: str) -> str:
        """Return the fingerprint of a keyword of a schema object."""
        if key in _NAMED:
            inner = nodes.mapping(node, key)
            return "{" + ",".join(f"{nodes.canonical(name)}:{self._of(inner[name])}" for name in sorted(inner)) + "}"
        if key in _LISTED:
            return "[" + ",".join(sorted(map(self._of, nodes.listing(node, key)))) + "]"
        if key == _ORDERED:
            return "[" + ",".join(map(self._of, nodes.listing(node, key))) + "]"
        if key in _SINGLE:
            return self._of(node[key])
        if key in _SETS and isinstance(node[key], list):
            return "[" + ",".join(sorted(map(nodes.canonical, node[key]))) + "]"
        return nodes.canonical(node[key])

    def _of(self, node: Any) -> str:
        return self.of(self._reader.schema(node))
