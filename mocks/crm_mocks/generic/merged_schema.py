"""Schemas of any contract without `$ref`, `allOf`, `oneOf` and `anyOf` at their top level."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from crm_mocks.contract.json_schema_2020 import CARRIED
from crm_mocks.contract.references import follow
from crm_mocks.errors import ContractError
from crm_mocks.fixtures.flatten import NARROWER

Choose = Callable[[Mapping[str, Any], Sequence[Any]], int]
"""Returns the index of one of the branches of `oneOf` or `anyOf` in a schema."""

BRANCHES: Final = ("oneOf", "anyOf")
_TYPES: Final = {
    "properties": "object",
    "additionalProperties": "object",
    "required": "object",
    "minProperties": "object",
    "items": "array",
    "minItems": "array",
    "pattern": "string",
    "format": "string",
    "minLength": "string",
    "maxLength": "string",
    "minimum": "number",
    "maximum": "number",
    "multipleOf": "number",
}
_TYPES_IN_ORDER: Final = ("integer", "boolean", "object", "array")


def resolved(document: Mapping[str, Any], schema: Any) -> Mapping[str, Any]:
    """Return a schema behind its reference; an empty one if it cannot be found."""
    try:
        node = follow(document, schema)
    except ContractError:
        return {}
    return node if isinstance(node, Mapping) else {}


def first_branch(_schema: Mapping[str, Any], branches: Sequence[Any]) -> int:
    """Choose the first branch that is an object, else the first."""
    return next((number for number, each in enumerate(branches) if each != {"type": "null"}), 0)


def merged(document: Mapping[str, Any], schema: Any, choose: Choose = first_branch) -> dict[str, Any]:
    """Return one flat schema whose values match the original, if its parts allow that.

    Args:
        document: the contract.
        schema: schema object or reference.
        choose: chooses one branch of `oneOf` and `anyOf`.

    Returns:
        A schema with `type`, unless nothing says which; `nullable` only if the schema itself has it.
    """
    return _merged(document, resolved(document, schema), choose, set())


def _merged(document: Mapping[str, Any], node: Mapping[str, Any], choose: Choose, seen: set[int]) -> dict[str, Any]:
    """Merge a schema with its parts, but for those seen: a part counts once, even if it contains itself."""
    seen.add(id(node))
    flat = {key: value for key, value in node.items() if key not in ("allOf", *BRANCHES)}
    if _is_double_negation(node):
        del flat["not"]
    for part in (resolved(document, each) for each in _parts(node, choose)):
        if id(part) in seen:
            continue
        for key, value in _merged(document, part, choose, seen).items():
            if key == "nullable":
                continue
            if key == CARRIED:
                flat[key] = {**value, **flat.get(key, {})}
                continue
            flat[key] = NARROWER[key](flat[key], value) if key in flat and key in NARROWER else flat.get(key, value)
    if isinstance(flat.get("type"), list):
        flat["type"] = next((each for each in flat["type"] if each != "null"), "null")
    if "type" not in flat:
        implied = next((kind for keyword, kind in _TYPES.items() if keyword in flat), None)
        implied = implied or _type_beside(flat.get("not"))
        if implied is not None and "enum" not in flat:
            flat["type"] = implied
    return flat


def _type_beside(excluded: Any) -> str | None:
    """Return the type of values that are not of the types which `not` excludes; `None` if it excludes no strings."""
    branches = excluded.get("anyOf", [excluded]) if isinstance(excluded, Mapping) else []
    types = {each["type"] for each in branches if isinstance(each, Mapping) and isinstance(each.get("type"), str)}
    if "string" not in types:
        return None
    return next((kind for kind in _TYPES_IN_ORDER if kind not in types), None)


def _parts(node: Mapping[str, Any], choose: Choose) -> list[Any]:
    """Return the schemas that a value must match too."""
    parts = list(node.get("allOf") or ())
    if _is_double_negation(node):
        parts.append(node["not"]["not"])
    for keyword in BRANCHES:
        branches = node.get(keyword)
        if isinstance(branches, list) and branches:
            parts.append(branches[choose(node, branches) % len(branches)])
    return parts


def _is_double_negation(node: Mapping[str, Any]) -> bool:
    """Return whether a schema has a condition that generators skip."""
    return isinstance(node.get("not"), Mapping) and set(node["not"]) == {"not"}


def properties(document: Mapping[str, Any], schema: Any) -> dict[str, Any]:
    """Return the members of an object by name, with their schemas; those of all branches of `oneOf` and `anyOf`."""
    return _properties(document, resolved(document, schema), set())


def _properties(document: Mapping[str, Any], node: Mapping[str, Any], seen: set[int]) -> dict[str, Any]:
    seen.add(id(node))
    found: dict[str, Any] = dict(node.get("properties") or {})
    for keyword in ("allOf", *BRANCHES):
        for branch in (resolved(document, each) for each in node.get(keyword) or ()):
            if id(branch) not in seen:
                for name, inner in _properties(document, branch, seen).items():
                    found.setdefault(name, inner)
    return found


def named_by(node: Mapping[str, Any]) -> str:
    """Return the member that names a schema's branch (`discriminator`); empty without one."""
    discriminator = node.get("discriminator")
    name = discriminator.get("propertyName") if isinstance(discriminator, Mapping) else None
    return name if isinstance(name, str) else ""


def name_of_branch(node: Mapping[str, Any], branch: Any) -> str:
    """Return the value that names a branch of a schema with a `discriminator`.

    Args:
        node: the schema.
        branch: one of its alternatives.
    """
    reference = branch.get("$ref", "") if isinstance(branch, Mapping) else ""
    mapping = node["discriminator"].get("mapping") or {}
    named = next((key for key, to in mapping.items() if to == reference), "")
    return named or reference.rpartition("/")[2] or named_by(node)
