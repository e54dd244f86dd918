"""Schemas of OpenAPI 3.1 that are true or false, in a form that rules for OpenAPI 3.0 read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_SCHEMAS: Final = frozenset({"schema", "items", "not", "contains", "propertyNames", "if", "then", "else"})
_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED: Final = frozenset({"properties", "patternProperties", "schemas", "$defs", "dependentSchemas"})


def without_boolean_schemas(node: Any) -> Any:
    """Return a node of a contract in which schemas are objects; `additionalProperties` may be boolean in 3.0 too."""
    if isinstance(node, list):
        return [without_boolean_schemas(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    return {key: _member(key, value) for key, value in node.items()}


def _member(key: str, value: Any) -> Any:
    if key in _SCHEMAS:
        return _schema(value)
    if key in _LISTS and isinstance(value, list):
        return list(map(_schema, value))
    if key in _NAMED and isinstance(value, Mapping):
        return {name: _schema(each) for name, each in value.items()}
    return without_boolean_schemas(value)


def _schema(value: Any) -> Any:
    if isinstance(value, bool):
        return {"x-any-type": True} if value else {"x-any-type": True, "not": {}}
    return without_boolean_schemas(value)
