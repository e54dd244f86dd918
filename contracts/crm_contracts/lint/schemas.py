"""Finding the schemas of a contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_contracts.lint.places import Place, walk

_BRANCHES: Final = ("allOf", "oneOf", "anyOf")


def schemas_of(document: Mapping[str, Any]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Yield every schema of a contract, also those within schemas; references are not followed."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        yield from _within(schema, ("components", "schemas", name))
    for place, holder in holders_of(document):
        yield from _within(holder["schema"], (*place, "schema"))


def holders_of(document: Mapping[str, Any]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Yield every node that has a schema: parameters, headers, media types."""
    for place, node in walk(document):
        in_schemas = place[:2] == ("components", "schemas") or "schema" in place
        if not in_schemas and isinstance(node, Mapping) and isinstance(node.get("schema"), Mapping):
            yield place, node


def properties_of(document: Mapping[str, Any]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Yield the schema of every property, except where it only narrows a property of the schema around it."""
    known: dict[Place, set[str]] = {}
    for place, schema in schemas_of(document):
        around: set[str] = set()
        if place[-2] in _BRANCHES:
            around = known.get(place[:-2], set())
        elif place[-1] == "not":
            around = known.get(place[:-1], set())
        properties = schema.get("properties", {})
        known[place] = around | properties.keys()
        for name in [each for each in properties if each not in around]:
            yield (*place, "properties", name), properties[name]


def _within(schema: Any, place: Place) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    if not isinstance(schema, Mapping):
        return
    yield place, schema
    for name, inner in schema.get("properties", {}).items():
        yield from _within(inner, (*place, "properties", name))
    for keyword in ("items", "not", "additionalProperties"):
        yield from _within(schema.get(keyword), (*place, keyword))
    for keyword in _BRANCHES:
        for number, inner in enumerate(schema.get(keyword, ())):
            yield from _within(inner, (*place, keyword, number))
