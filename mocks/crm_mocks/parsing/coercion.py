"""Convert strings of parameters and forms to the JSON types that a schema asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, Final

import orjson

from crm_mocks.bounded_numbers import JSON_INTEGERS
from crm_mocks.contract.references import follow

_INTEGER: Final = re.compile(r"-?\d+", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_DEPTH: Final = 16
_ANY: Final = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})


def coerce_scalar(raw: str, documented: str) -> Any:
    """Return the JSON value that a string represents; a string of another type is kept and fails validation.

    An integer beyond 64 bits is a number, as in a JSON body.

    Args:
        raw: value as sent.
        documented: JSON type.
    """
    if documented == "boolean" and raw in ("true", "false"):
        return raw == "true"
    try:
        if documented == "integer" and _INTEGER.fullmatch(raw):
            value = int(raw)
            if value in JSON_INTEGERS:
                return value
            documented = "number"
        if documented == "number" and _NUMBER.fullmatch(raw) and isfinite(float(raw)):
            return float(raw)
    except ValueError:  # more digits than Python converts
        return raw
    return raw


def types_of(document: Mapping[str, Any], schema: Any, depth: int = _DEPTH) -> frozenset[str]:
    """Return the JSON types that a schema permits.

    Args:
        document: the contract in force.
        schema: schema object or reference.
        depth: maximum depth of combinations.
    """
    schema = follow(document, schema)
    if not isinstance(schema, Mapping) or not depth:
        return _ANY
    permitted = frozenset({schema["type"]}) if isinstance(schema.get("type"), str) else _ANY
    if "number" in permitted:
        permitted |= {"integer"}
    if permitted is _ANY and "enum" in schema:
        permitted = frozenset(map(_type_of, schema["enum"]))
    for branch in schema.get("allOf", ()):
        permitted &= types_of(document, branch, depth - 1)
    for keyword in ("anyOf", "oneOf"):
        if schema.get(keyword):
            permitted &= frozenset().union(*(types_of(document, each, depth - 1) for each in schema[keyword]))
    return permitted | {"null"} if schema.get("nullable") is True else permitted


def _type_of(value: Any) -> str:
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array")):
        if isinstance(value, kind):
            return name
    return "null" if value is None else "object"


def coerced(document: Mapping[str, Any], schema: Any, value: Any, depth: int = _DEPTH) -> Any:
    """Return a value made of strings, lists and objects with the types that a schema asks for.

    A string stays one where the schema permits strings. One string where it asks for an array becomes its only entry,
    and JSON in a string is read where it asks for an object.

    Args:
        document: the contract in force.
        schema: schema object or reference.
        value: strings, or lists and objects of such.
        depth: maximum depth, a bound for recursive schemas.
    """
    if not depth:
        return value
    if isinstance(value, dict):
        return {
            name: coerced(document, _member(document, schema, name), each, depth - 1) for name, each in value.items()
        }
    if isinstance(value, list):
        entries = _entries(document, schema)
        return [coerced(document, entries, each, depth - 1) for each in value]
    if not isinstance(value, str):
        return value
    types = types_of(document, schema)
    return value if "string" in types else _from_string(document, schema, value, types, depth)


def _from_string(document: Mapping[str, Any], schema: Any, value: str, types: frozenset[str], depth: int) -> Any:
    for documented in ("boolean", "integer", "number"):
        converted = coerce_scalar(value, documented) if documented in types else value
        if not isinstance(converted, str):
            return converted
    if {"object", "array"} & types and value[:1] in ("{", "["):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    if "null" in types and value in ("", "null"):
        return None
    if "array" in types:
        return coerced(document, schema, [value], depth - 1)
    return value


def members(document: Mapping[str, Any], schema: Any, depth: int = _DEPTH) -> Iterator[tuple[str, Any]]:
    """Yield the documented members of an object, those of combinations too."""
    schema = follow(document, schema)
    if not isinstance(schema, Mapping) or not depth:
        return
    yield from schema.get("properties", {}).items()
    for keyword in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(keyword, ()):
            yield from members(document, branch, depth - 1)


def _member(document: Mapping[str, Any], schema: Any, name: str) -> Any:
    """Return the schema of a member; one that permits everything if there is none."""
    for known, inner in members(document, schema):
        if known == name:
            return inner
    others = follow(document, schema).get("additionalProperties")
    return others if isinstance(others, Mapping) else {}


def _entries(document: Mapping[str, Any], schema: Any, depth: int = _DEPTH) -> Any:
    schema = follow(document, schema)
    if not isinstance(schema, Mapping) or not depth:
        return {}
    if "items" in schema:
        return schema["items"]
    for keyword in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(keyword, ()):
            found = _entries(document, branch, depth - 1)
            if found:
                return found
    return {}
