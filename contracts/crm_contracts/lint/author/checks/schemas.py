"""Rules on schemas that accept too much."""

from __future__ import annotations

from typing import Any, Final

from crm_contracts.lint.author.contract import AuthorContract
from crm_contracts.lint.author.schemas import Role, SchemaPart, constraints_of
from crm_contracts.lint.registry import Problems, warning

_ANY_TYPE: Final = "x-any-type"
_OF_OBJECTS: Final = frozenset(
    {
        "properties",
        "patternProperties",
        "propertyNames",
        "minProperties",
        "maxProperties",
        "required",
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedProperties",
    }
)
_COMBINED: Final = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "enum", "const", "$dynamicRef", "discriminator"})


@warning(
    "type-stated",
    why="A schema without type or other constraint accepts everything: nothing sent or answered can break it.",
    fix="Add a type or $ref, or `x-any-type: true` if every JSON value is valid.",
)
def type_stated(contract: AuthorContract) -> Problems:
    """Find schemas of members, items and parameters that accept everything."""
    for part in contract.schemas:
        is_checked = part.role in (Role.MEMBER, Role.ENTRY) or (
            part.role is Role.ROOT and "content" not in part.location
        )
        if is_checked and not part.is_branch and not constraints_of(part.node) and not part.node.get(_ANY_TYPE):
            yield part.location, f"{_name(part)} has no type: every value is accepted"


@warning(
    "object-described",
    why="Any members are accepted in an object without properties, and the mock answers with an empty one.",
    fix="Add properties, or additionalProperties with a schema; `x-any-type: true` if the members are not known.",
)
def object_described(contract: AuthorContract) -> Problems:
    """Find objects without properties."""
    for part in contract.schemas:
        node = part.node
        if part.types != ("object",) or part.is_branch or node.get(_ANY_TYPE) or not _COMBINED.isdisjoint(node):
            continue
        others: Any = node.get("additionalProperties")
        is_map = others is False or (isinstance(others, dict) and (constraints_of(others) or others.get(_ANY_TYPE)))
        if not is_map and _OF_OBJECTS.isdisjoint(node):
            written = "accepts every member" if "additionalProperties" in node else "has no properties"
            yield part.location, f"{_name(part)} is an object that {written}"


@warning(
    "array-described",
    why="Any entries are accepted in an array without items, and the mock answers with an empty one.",
    fix="Add `items` with the schema of the entries.",
)
def array_described(contract: AuthorContract) -> Problems:
    """Find arrays without items."""
    for part in contract.schemas:
        is_bare = {"items", "prefixItems", "contains"}.isdisjoint(part.node) and _COMBINED.isdisjoint(part.node)
        if "array" in part.types and is_bare and not part.is_branch:
            yield part.location, f"{_name(part)} is an array without items"


def _name(part: SchemaPart) -> str:
    """Return what a schema describes, such as `the member name`."""
    names = {Role.MEMBER: "the member", Role.ENTRY: "an entry", Role.OTHER_MEMBERS: "each other member"}
    if part.role is Role.MEMBER and part.location[-2:-1] in (("properties",), ("patternProperties",)):
        return f"{names[part.role]} {part.location[-1]}"
    if part.location[-2:-1] == ("schemas",):
        return f"the schema {part.location[-1]}"
    return names.get(part.role, "the schema")
