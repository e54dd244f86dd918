"""Find the schemas of a contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_contracts.lint.locations import walk
from crm_mocks.contract.published_form import NEGATED_TWICE, VARIANT_PREFIX
from crm_mocks.location import Location

_BRANCHES: Final = ("allOf", "oneOf", "anyOf")
_NAMED: Final = frozenset({"properties", f"{VARIANT_PREFIX}properties", "schemas"})
"""Keywords whose members have names of the author's choice."""


def schemas_of(document: Mapping[str, Any]) -> Iterator[tuple[Location, Mapping[str, Any]]]:
    """Yield every schema of a contract, including nested ones; references are not resolved."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        yield from _within(schema, ("components", "schemas", name))
    for location, holder in schema_holders(document):
        yield from _within(holder["schema"], (*location, "schema"))


def schema_holders(document: Mapping[str, Any]) -> Iterator[tuple[Location, Mapping[str, Any]]]:
    """Yield every node with a schema: parameters, headers and media types."""
    for location, node in walk(document):
        in_schemas = location[:2] == ("components", "schemas") or "schema" in location
        if not in_schemas and isinstance(node, Mapping) and isinstance(node.get("schema"), Mapping):
            yield location, node


def in_condition(document: Mapping[str, Any], location: Location) -> bool:
    """Return whether a schema is below `not`, where generators look for no types; also if it is negated twice."""
    node: Any = document
    named = False
    for part in location:
        if not named and isinstance(node, Mapping) and (part == "not" or part in node.get(NEGATED_TWICE, ())):
            return True
        named = not named and part in _NAMED
        node = node[part]
    return False


def properties_of(document: Mapping[str, Any]) -> Iterator[tuple[Location, Mapping[str, Any]]]:
    """Yield the schema of every property, unless it only narrows a property of the enclosing schema."""
    names: dict[Location, set[str]] = {}
    for location, schema in schemas_of(document):
        enclosing: set[str] = set()
        if location[-2] in _BRANCHES:
            enclosing = names.get(location[:-2], set())
        elif location[-1] == "not":
            enclosing = names.get(location[:-1], set())
        properties = schema.get("properties", {})
        names[location] = enclosing | properties.keys()
        for name, inner in properties.items():
            if name not in enclosing:
                yield (*location, "properties", name), inner


def _within(schema: Any, location: Location) -> Iterator[tuple[Location, Mapping[str, Any]]]:
    if not isinstance(schema, Mapping):
        return
    yield location, schema
    for members in ("properties", f"{VARIANT_PREFIX}properties"):
        for name, inner in schema.get(members, {}).items():
            yield from _within(inner, (*location, members, name))
    for keyword in ("items", "not", "additionalProperties"):
        yield from _within(schema.get(keyword), (*location, keyword))
    for keyword in _BRANCHES:
        for index, inner in enumerate(schema.get(keyword, ())):
            yield from _within(inner, (*location, keyword, index))
