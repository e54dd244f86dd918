"""Values on either side of each limit that a schema sets for a place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from crm_contracts.fuzz.body_places import BodyPlace
from crm_contracts.fuzz.mutation_kinds import MutationKind

BoundaryValue = tuple[MutationKind, Any, str]
"""Kind of mutation, value, and description to follow the name of the place."""


def boundary_values(place: BodyPlace) -> Iterator[BoundaryValue]:
    """Yield values that just satisfy and just break each limit."""
    if isinstance(place.value, dict):
        yield from _of_object(place, place.value)
    elif isinstance(place.value, list):
        yield from _of_array(place, place.value)
    elif isinstance(place.value, str):
        yield from _of_text(place, place.value)
    elif is_number(place.value):
        yield from _of_number(place)


def is_number(value: Any) -> bool:
    """Return whether a value is a JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


@cache
def text_of(length: int) -> str:
    """Return the text of a length."""
    return "x" * length


def _of_object(place: BodyPlace, value: Mapping[str, Any]) -> Iterator[BoundaryValue]:
    required = {name for schema in place.schemas for name in schema.get("required", ())}
    if 0 < len(required & value.keys()) < len(value):
        needed = {name: inner for name, inner in value.items() if name in required}
        yield MutationKind.ABSENT, needed, "has only the members that it must have"
    for count in _around(place.rule("minProperties"), -1):
        if count < len(value):
            yield MutationKind.ABSENT, dict(list(value.items())[:count]), f"has {count} members"
    for count in _around(place.rule("maxProperties"), 1):
        if count > len(value):
            more = {f"unknown{number}": number for number in range(count - len(value))}
            yield MutationKind.UNKNOWN_MEMBER, {**value, **more}, f"has {count} members"


def _of_array(place: BodyPlace, value: list[Any]) -> Iterator[BoundaryValue]:
    for count in _around(place.rule("minItems"), -1):
        if count < len(value):
            yield MutationKind.ARRAY, value[:count], f"has {count} entries"
    for count in _around(place.rule("maxItems"), 1):
        if value and count != len(value):
            yield MutationKind.ARRAY, (value * (count // len(value) + 1))[:count], f"has {count} entries"


def _of_text(place: BodyPlace, value: str) -> Iterator[BoundaryValue]:
    for rule, beyond in (("minLength", -1), ("maxLength", 1)):
        for length in _around(place.rule(rule), beyond):
            yield MutationKind.TEXT, text_of(length), f"is a text of {length} characters"
    if place.rule("pattern") is not None:
        yield MutationKind.TEXT, f"{value}!", "has a character more than its pattern"
        yield MutationKind.TEXT, value[:-1], "has a character less than its pattern"
        yield MutationKind.TEXT, f"{value}\n", "ends in a line end"
    if place.rule("format") == "uuid":
        yield MutationKind.TEXT, value.upper(), "is a UUID in capitals"
        yield MutationKind.TEXT, value.replace("-", ""), "is a UUID without hyphens"
        yield MutationKind.TEXT, f"{{{value}}}", "is a UUID in braces"


def _of_number(place: BodyPlace) -> Iterator[BoundaryValue]:
    for rule, beyond, word in (("minimum", -1, "least"), ("maximum", 1, "most")):
        bound = place.rule(rule)
        if bound is not None:
            yield MutationKind.NUMBER, bound, f"is {bound}, the {word} that is documented"
            yield MutationKind.NUMBER, bound + beyond, f"is {bound + beyond}, beyond the {word} that is documented"
    step = place.rule("multipleOf")
    if step is not None:
        other = place.value + step / 2
        yield MutationKind.NUMBER, other, f"is {other}, no multiple of {step}"


def _around(bound: int | None, beyond: int) -> list[int]:
    """Return a bound and the value beyond it; nothing without a bound."""
    return [] if bound is None else [each for each in (bound, bound + beyond) if each >= 0]
