"""The schemas of the values that do not match a schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any, Final

TYPES: Final = ("string", "integer", "number", "boolean", "object", "array", "null")

LEAVES: Final = frozenset({"enum", "const", "multipleOf", "pattern", "format", "uniqueItems"})
"""Keywords that have no opposite: values are made and checked."""

_OF_TYPE: Final = {"multipleOf": "number", "pattern": "string", "format": "string", "uniqueItems": "array"}
_UNDESCRIBED: Final = "other"

_OPPOSITES: Final[Mapping[str, tuple[str, str, int]]] = {
    "minLength": ("string", "maxLength", -1),
    "maxLength": ("string", "minLength", 1),
    "minItems": ("array", "maxItems", -1),
    "maxItems": ("array", "minItems", 1),
    "minProperties": ("object", "maxProperties", -1),
    "maxProperties": ("object", "minProperties", 1),
    "minimum": ("number", "exclusiveMaximum", 0),
    "maximum": ("number", "exclusiveMinimum", 0),
    "exclusiveMinimum": ("number", "maximum", 0),
    "exclusiveMaximum": ("number", "minimum", 0),
}
"""The type, the keyword and the difference of what excludes the values that match a bound."""


def negated(schema: Any) -> list[Any] | None:
    """Return schemas such that a value matches one of them if it does not match the given one, which is no reference.

    Args:
        schema: a schema of JSON Schema 2020-12.

    Returns:
        `None` if a keyword is not understood.
    """
    if isinstance(schema, bool):
        return [] if schema else [{}]
    found: list[Any] = []
    for keyword, value in schema.items():
        opposites = _opposites(keyword, value, schema)
        if opposites is None:
            return None
        found += opposites
    return found


def _opposites(keyword: str, value: Any, schema: Mapping[str, Any]) -> list[Any] | None:
    if keyword in _OPPOSITES:
        kind, opposite, difference = _OPPOSITES[keyword]
        is_never = kind != "number" and value + difference < 0  # nothing has fewer than no characters or members
        return [] if is_never else [{"type": kind, opposite: value + difference}]
    if keyword in LEAVES:
        kinds = {"type": _OF_TYPE[keyword]} if keyword in _OF_TYPE else {}
        return [{**kinds, "not": {keyword: value}}]
    make = _MAKERS.get(keyword)
    if make is not None:
        return make(value, schema)
    return None if keyword in _UNKNOWN else []


def _other_types(value: Any, _: Mapping[str, Any]) -> list[Any]:
    excluded = {value} if isinstance(value, str) else set(value)
    excluded |= {"integer"} if "number" in excluded else set()
    others = [each for each in TYPES if each not in excluded and not (each == "number" and "integer" in excluded)]
    found: list[Any] = [{"type": others}] if others else []
    if "integer" in excluded and "number" not in excluded:
        found.append({"type": "number", "not": {"type": "integer"}})
    return found


def _no_branch(value: Any, _: Mapping[str, Any]) -> list[Any]:
    return [{"allOf": [{"not": each} for each in value]}]


def _none_or_several(value: Any, schema: Mapping[str, Any]) -> list[Any]:
    return [*_no_branch(value, schema), *({"allOf": list(pair)} for pair in combinations(value, 2))]


def _wrong_member(value: Any, _: Mapping[str, Any]) -> list[Any]:
    return [_with_member(name, {"not": inner}) for name, inner in value.items()]


def _with_member(name: str, inner: Any) -> dict[str, Any]:
    return {"type": "object", "required": [name], "properties": {name: inner}}


def _wrong_other(value: Any, schema: Mapping[str, Any]) -> list[Any] | None:
    name = _UNDESCRIBED
    while name in schema.get("properties", {}):
        name += "_"
    return None if schema.get("patternProperties") else [_with_member(name, {"not": value})]


def _wrong_entry(value: Any, schema: Mapping[str, Any]) -> list[Any] | None:
    return None if schema.get("prefixItems") else [{"type": "array", "contains": {"not": value}}]


def _wrong_first(value: Any, _: Mapping[str, Any]) -> list[Any]:
    return [
        {"type": "array", "minItems": number + 1, "prefixItems": [{}] * number + [{"not": inner}]}
        for number, inner in enumerate(value)
    ]


def _wrong_count(value: Any, schema: Mapping[str, Any]) -> list[Any]:
    least, most = schema.get("minContains", 1), schema.get("maxContains")
    found: list[Any] = []
    if least > 0:
        found.append({"type": "array", "contains": value, "minContains": 0, "maxContains": least - 1})
    if most is not None:
        found.append({"type": "array", "contains": value, "minContains": most + 1})
    return found


_MAKERS: Final[Mapping[str, Callable[[Any, Mapping[str, Any]], list[Any] | None]]] = {
    "type": _other_types,
    "allOf": lambda value, _: [{"not": each} for each in value],
    "anyOf": _no_branch,
    "oneOf": _none_or_several,
    "not": lambda value, _: [value],
    "required": lambda value, _: [{"type": "object", "properties": {name: False}} for name in value],
    "properties": _wrong_member,
    "additionalProperties": _wrong_other,
    "items": _wrong_entry,
    "prefixItems": _wrong_first,
    "contains": _wrong_count,
    "dependentRequired": lambda value, _: [
        {"type": "object", "required": [name], "properties": {other: False}}
        for name, others in value.items()
        for other in others
    ],
    "dependentSchemas": lambda value, _: [
        {"type": "object", "required": [name], "not": inner} for name, inner in value.items()
    ],
}
_UNKNOWN: Final = frozenset({"$ref", "patternProperties", "propertyNames", "unevaluatedProperties", "unevaluatedItems"})
"""Keywords whose opposites are not looked for, though they exclude values."""
