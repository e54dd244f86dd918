"""Mutants of a whole contract: one keyword of one of its schemas is another."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from crm_mocks.contract.references import follow
from crm_mocks.location import Location


def bodies(document: Any) -> Iterator[tuple[str, Location]]:
    """Yield where the schemas of request and response bodies stand, each with which of the two it is."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if not isinstance(operation, dict):
                continue
            for kind in operation.get("requestBody", {}).get("content", {}):
                yield "request", ("paths", path, method, "requestBody", "content", kind, "schema")
            for status, reference in operation["responses"].items():
                response = follow(document, reference)
                if not response.get("x-protocol"):
                    for kind in response.get("content", {}):
                        yield "response", ("paths", path, method, "responses", status, "content", kind, "schema")


def schemas_of(document: Any) -> list[Location]:
    """Return where the schemas of a document's components stand, those within them too."""
    found: list[Location] = []
    for name, schema in document["components"]["schemas"].items():
        found += _within(schema, ("components", "schemas", name))
    return found


def _within(schema: Any, place: Location) -> Iterator[Location]:
    if not isinstance(schema, dict) or "$ref" in schema:
        return
    yield place
    for name, inner in schema.get("properties", {}).items():
        yield from _within(inner, (*place, "properties", name))
    if "items" in schema:
        yield from _within(schema["items"], (*place, "items"))
    for keyword in ("allOf", "anyOf", "oneOf"):
        for number, inner in enumerate(schema.get(keyword, ())):
            yield from _within(inner, (*place, keyword, number))


def _dropped(keyword: str) -> Callable[[Any], Any]:
    return lambda schema: {key: value for key, value in schema.items() if key != keyword} if keyword in schema else None


def _bounded(type_: str, keyword: str, value: int) -> Callable[[Any], Any]:
    return lambda schema: (
        {**schema, keyword: schema[keyword] + value if keyword in schema else 3}
        if schema.get("type") == type_ and "enum" not in schema
        else None
    )


def _one_value_less(schema: Any) -> Any:
    return {**schema, "enum": schema["enum"][1:]} if len(schema.get("enum", ())) > 1 else None


def _one_value_more(schema: Any) -> Any:
    return (
        {**schema, "enum": [*schema["enum"], "brand new"]}
        if schema.get("type") == "string" and "enum" in schema
        else None
    )


def _all_required(schema: Any) -> Any:
    names = list(schema.get("properties", ()))
    return {**schema, "required": names} if set(names) - set(schema.get("required", ())) else None


def _one_member_less(schema: Any) -> Any:
    members = dict(schema.get("properties", {}))
    if not members:
        return None
    gone = next(iter(members))
    del members[gone]
    return {**schema, "properties": members, "required": [name for name in schema.get("required", ()) if name != gone]}


def _closed(schema: Any) -> Any:
    return (
        {**schema, "additionalProperties": False}
        if "properties" in schema and "additionalProperties" not in schema
        else None
    )


def _null(schema: Any) -> Any:
    return {**schema, "nullable": not schema.get("nullable")} if isinstance(schema.get("type"), str) else None


def _another_type(schema: Any) -> Any:
    types = {"string": "integer", "integer": "number", "number": "integer", "boolean": "string"}
    return {**schema, "type": types[schema["type"]]} if schema.get("type") in types and "enum" not in schema else None


MUTATIONS: dict[str, Callable[[Any], Any]] = {
    **{f"without {keyword}": _dropped(keyword) for keyword in ("required", "enum", "maxLength", "format", "pattern")},
    "minLength": _bounded("string", "minLength", 5),
    "longer": _bounded("string", "maxLength", 5),
    "shorter": _bounded("string", "maxLength", -5),
    "maxItems": _bounded("array", "maxItems", -1),
    "value less": _one_value_less,
    "value more": _one_value_more,
    "all required": _all_required,
    "member less": _one_member_less,
    "closed": _closed,
    "null": _null,
    "type": _another_type,
}


def is_alone(document: Any, place: Location) -> bool:
    """Tell whether nothing but the schemas on the way to a place has a say there."""
    ways = (at(document, place[:length]) for length in range(3, len(place)))
    return not any({"allOf", "anyOf", "oneOf"} & way.keys() for way in ways if isinstance(way, dict))


def mutated(document: Any, place: Location, schema: Any) -> Any:
    """Return a copy of the document with another schema at a place; what is not on the way is shared."""
    new = copy.copy(document)
    node = new
    for step in place[:-1]:
        node[step] = copy.copy(node[step])
        node = node[step]
    node[place[-1]] = schema
    return new


def at(document: Any, place: Location) -> Any:
    """Return what stands at a place."""
    for step in place:
        document = document[step]
    return document
