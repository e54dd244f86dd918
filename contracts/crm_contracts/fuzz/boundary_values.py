"""Values on either side of each limit in the schemas of a node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from crm_contracts.fuzz.body_nodes import BodyNode
from crm_contracts.fuzz.mutation_kinds import MutationKind

BoundaryValue = tuple[MutationKind, Any, str]
"""Kind of mutation, value, and description to follow the name of the node."""


def boundary_values(node: BodyNode) -> Iterator[BoundaryValue]:
    """Yield values that just satisfy or just violate each limit."""
    if isinstance(node.value, dict):
        yield from _object_values(node, node.value)
    elif isinstance(node.value, list):
        yield from _array_values(node, node.value)
    elif isinstance(node.value, str):
        yield from _string_values(node, node.value)
    elif is_number(node.value):
        yield from _number_values(node)


def is_number(value: Any) -> bool:
    """Return whether a value is a JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


@cache
def string_of(length: int) -> str:
    """Return a string of a given length."""
    return "x" * length


def _object_values(node: BodyNode, value: Mapping[str, Any]) -> Iterator[BoundaryValue]:
    required = {name for schema in node.schemas for name in schema.get("required", ())}
    if 0 < len(required & value.keys()) < len(value):
        required_only = {name: inner for name, inner in value.items() if name in required}
        yield MutationKind.ABSENT, required_only, "has only its required members"
    for count in _around(node.rule("minProperties"), -1):
        if count < len(value):
            yield MutationKind.ABSENT, dict(list(value.items())[:count]), f"has {count} members"
    for count in _around(node.rule("maxProperties"), 1):
        if count > len(value):
            more = {f"unknown{number}": number for number in range(count - len(value))}
            yield MutationKind.UNKNOWN_MEMBER, {**value, **more}, f"has {count} members"


def _array_values(node: BodyNode, value: list[Any]) -> Iterator[BoundaryValue]:
    for count in _around(node.rule("minItems"), -1):
        if count < len(value):
            yield MutationKind.ARRAY, value[:count], f"has {count} entries"
    for count in _around(node.rule("maxItems"), 1):
        if value and count != len(value):
            yield MutationKind.ARRAY, (value * (count // len(value) + 1))[:count], f"has {count} entries"


def _string_values(node: BodyNode, value: str) -> Iterator[BoundaryValue]:
    for rule, beyond in (("minLength", -1), ("maxLength", 1)):
        for length in _around(node.rule(rule), beyond):
            yield MutationKind.TEXT, string_of(length), f"is a string of {length} characters"
    if node.rule("pattern") is not None:
        yield MutationKind.TEXT, f"{value}!", "has one character more than the pattern allows"
        yield MutationKind.TEXT, value[:-1], "has one character less than the pattern allows"
        yield MutationKind.TEXT, f"{value}\n", "ends with a line feed"
    if node.rule("format") == "uuid":
        yield MutationKind.TEXT, value.upper(), "is a UUID in upper case"
        yield MutationKind.TEXT, value.replace("-", ""), "is a UUID without hyphens"
        yield MutationKind.TEXT, f"{{{value}}}", "is a UUID in braces"


def _number_values(node: BodyNode) -> Iterator[BoundaryValue]:
    for rule, beyond in (("minimum", -1), ("maximum", 1)):
        bound = node.rule(rule)
        if bound is not None:
            yield MutationKind.NUMBER, bound, f"is {bound}, the documented {rule}"
            yield MutationKind.NUMBER, bound + beyond, f"is {bound + beyond}, beyond the documented {rule}"
    step = node.rule("multipleOf")
    if step is not None:
        other = node.value + step / 2
        yield MutationKind.NUMBER, other, f"is {other}, not a multiple of {step}"


def _around(bound: int | None, beyond: int) -> list[int]:
    """Return a bound and the value beyond it, unless negative; nothing without a bound."""
    return [] if bound is None else [value for value in (bound, bound + beyond) if value >= 0]
