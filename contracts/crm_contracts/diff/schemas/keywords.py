"""The keywords of a schema object itself, without those that combine other schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from crm_contracts.diff import nodes
from crm_contracts.diff.errors import DocumentError
from crm_contracts.diff.schemas.slots import ANYTHING, BOOLEANS, COUNTED, TYPES, Bound, Normal, Slot
from crm_contracts.diff.schemas.values import admitting, type_of

if TYPE_CHECKING:
    from crm_contracts.diff.schemas.reader import SchemaReader

WHOLE: Final = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
"""Formats of whole numbers, each with the least and the greatest."""

_OPAQUE: Final = {
    "array": ("prefixItems", "contains", "minContains", "maxContains", "unevaluatedItems"),
    "object": (
        "patternProperties",
        "propertyNames",
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedProperties",
    ),
    "string": ("contentEncoding", "contentMediaType", "contentSchema"),
}
_CONDITIONS: Final = ("if", "then", "else")


def own_slots(node: Mapping[str, Any], reader: SchemaReader) -> Normal:
    """Return the requirements of a schema object's keywords on the values of each type.

    Raises:
        DocumentError: a keyword has a value that it cannot have.
    """
    values = _values(node)
    found = {}
    for type_, whole in _types(node).items():
        slot = _slot(node, type_, whole, reader)
        if values is not None:
            admits = admitting(slot)
            fitting = {text: each for text, each in values.items() if type_of(each) == type_ and admits(each)}
            if not fitting:
                continue
            slot = Slot(type_) if type_ == "null" else Slot(type_, values=fitting)
        found[type_] = (slot,)
    return found


def _types(node: Mapping[str, Any]) -> dict[str, bool]:
    """Return the types that are allowed, each with whether numbers must be integers."""
    named = node.get("type")
    if named is None:
        return dict.fromkeys(TYPES, False)
    found: dict[str, bool] = {}
    for each in named if isinstance(named, list) else [named]:
        if each == "integer":
            found.setdefault("number", True)
        elif each in TYPES:
            found[each] = False
        else:
            raise DocumentError(f"there is no type {nodes.canonical(each)[:40]}")
    return found


def _values(node: Mapping[str, Any]) -> dict[str, Any] | None:
    if "const" in node:
        return {nodes.canonical(node["const"]): node["const"]}
    if "enum" not in node:
        return None
    return {nodes.canonical(value): value for value in nodes.listing(node, "enum")}


def _slot(node: Mapping[str, Any], type_: str, whole: bool, reader: SchemaReader) -> Slot:  # noqa: FBT001  # a type's half
    low, high = _bounds(node, type_, whole=whole)
    return Slot(
        type_,
        values=BOOLEANS if type_ == "boolean" else None,
        low=low,
        high=high,
        whole=whole,
        unique=type_ == "array" and node.get("uniqueItems") is True,
        formats=frozenset({nodes.text(node, "format")} - {""}) if type_ in ("string", "number") else frozenset(),
        patterns=frozenset({nodes.text(node, "pattern")} - {""}) if type_ == "string" else frozenset(),
        multiples=_multiples(node) if type_ == "number" else frozenset(),
        members=reader.members(node) if type_ == "object" else {},
        required=frozenset(_required(node, reader)) if type_ == "object" else frozenset(),
        others=reader.schema(node.get("additionalProperties", {})) if type_ == "object" else ANYTHING,
        items=reader.schema(node.get("items", {})) if type_ == "array" else ANYTHING,
        rest=_rest(node, type_, reader),
    )


def _bounds(node: Mapping[str, Any], type_: str, *, whole: bool) -> tuple[Bound | None, Bound | None]:
    if type_ not in COUNTED:
        return None, None
    low, high = (_bound(node, keyword) for keyword in COUNTED[type_])
    if type_ != "number":
        return (None if low is not None and low.value <= 0 else low), high
    if whole and node.get("format") in WHOLE:
        least, greatest = WHOLE[node["format"]]
        return low or Bound(least), high or Bound(greatest)
    return low, high


def _bound(node: Mapping[str, Any], keyword: str) -> Bound | None:
    """Return a bound; whether it is open is a boolean in OpenAPI 3.0, and a number in 3.1."""
    value = nodes.number(node, keyword)
    exclusive = f"exclusive{keyword[0].upper()}{keyword[1:]}"
    if keyword not in COUNTED["number"] or exclusive not in node:
        return None if value is None else Bound(value)
    if isinstance(node[exclusive], bool):
        return None if value is None else Bound(value, node[exclusive])
    limit = nodes.number(node, exclusive)
    assert limit is not None  # the keyword is there
    if value is None or (limit >= value if keyword == "minimum" else limit <= value):
        return Bound(limit, open=True)
    return Bound(value)


def _multiples(node: Mapping[str, Any]) -> frozenset[int | float]:
    value = nodes.number(node, "multipleOf")
    if value is not None and value <= 0:
        raise DocumentError("'multipleOf' must be greater than 0")
    return frozenset() if value is None else frozenset({value})


def _required(node: Mapping[str, Any], reader: SchemaReader) -> set[str]:
    named = nodes.mapping(node, "properties")
    known = reader.members(node)
    return {name for name in nodes.names(node, "required") if name in known or name not in named}


def _rest(node: Mapping[str, Any], type_: str, reader: SchemaReader) -> frozenset[tuple[str, str]]:
    keywords = [*_OPAQUE.get(type_, ()), *_CONDITIONS]
    return frozenset((each, reader.fingerprints.of_keyword(node, each)) for each in keywords if each in node)
