"""Values on either side of each rule that a schema has for a place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.places import Place

Edge = tuple[Kind, Any, str]
"""What is unusual then, the value, and what it is, to stand behind the place's name."""


def edges(place: Place) -> Iterator[Edge]:
    """Yield what just keeps a rule and what just breaks it, rule by rule."""
    if isinstance(place.value, dict):
        yield from _of_object(place, place.value)
    elif isinstance(place.value, list):
        yield from _of_array(place, place.value)
    elif isinstance(place.value, str):
        yield from _of_text(place, place.value)
    elif is_number(place.value):
        yield from _of_number(place)


def is_number(value: Any) -> bool:
    """Tell whether a value is a number of JSON."""
    return isinstance(value, int | float) and not isinstance(value, bool)


@cache
def text_of(length: int) -> str:
    """Return a text of a length; there is one of each."""
    return "x" * length


def _of_object(place: Place, value: Mapping[str, Any]) -> Iterator[Edge]:
    required = {name for schema in place.schemas for name in schema.get("required", ())}
    if 0 < len(required & value.keys()) < len(value):
        needed = {name: inner for name, inner in value.items() if name in required}
        yield Kind.ABSENT, needed, "has only the members that it must have"
    for count in _around(place.rule("minProperties"), -1):
        if count < len(value):
            yield Kind.ABSENT, dict(list(value.items())[:count]), f"has {count} members"
    for count in _around(place.rule("maxProperties"), 1):
        if count > len(value):
            more = {f"unknown{number}": number for number in range(count - len(value))}
            yield Kind.UNKNOWN_MEMBER, {**value, **more}, f"has {count} members"


def _of_array(place: Place, value: list[Any]) -> Iterator[Edge]:
    for count in _around(place.rule("minItems"), -1):
        if count < len(value):
            yield Kind.ARRAY, value[:count], f"has {count} entries"
    for count in _around(place.rule("maxItems"), 1):
        if value and count != len(value):
            yield Kind.ARRAY, (value * (count // len(value) + 1))[:count], f"has {count} entries"


def _of_text(place: Place, value: str) -> Iterator[Edge]:
    for rule, beyond in (("minLength", -1), ("maxLength", 1)):
        for length in _around(place.rule(rule), beyond):
            yield Kind.TEXT, text_of(length), f"is a text of {length} characters"
    if place.rule("pattern") is not None:
        yield Kind.TEXT, f"{value}!", "has a character more than its pattern"
        yield Kind.TEXT, value[:-1], "has a character less than its pattern"
        yield Kind.TEXT, f"{value}\n", "ends in a line end"
    if place.rule("format") == "uuid":
        yield Kind.TEXT, value.upper(), "is a UUID in capitals"
        yield Kind.TEXT, value.replace("-", ""), "is a UUID without hyphens"
        yield Kind.TEXT, f"{{{value}}}", "is a UUID in braces"


def _of_number(place: Place) -> Iterator[Edge]:
    for rule, beyond, word in (("minimum", -1, "least"), ("maximum", 1, "most")):
        bound = place.rule(rule)
        if bound is not None:
            yield Kind.NUMBER, bound, f"is {bound}, the {word} that is documented"
            yield Kind.NUMBER, bound + beyond, f"is {bound + beyond}, beyond the {word} that is documented"
    step = place.rule("multipleOf")
    if step is not None:
        other = place.value + step / 2
        yield Kind.NUMBER, other, f"is {other}, no multiple of {step}"


def _around(bound: int | None, beyond: int) -> list[int]:
    """Return a bound and what is beyond it; nothing where there is no bound."""
    return [] if bound is None else [each for each in (bound, bound + beyond) if each >= 0]
