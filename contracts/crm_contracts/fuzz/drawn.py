"""Alterations that are not listed but drawn: any text, any number, any order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from crm_contracts.fuzz import bodies, carriage
from crm_contracts.fuzz.choices import Draw, below, integers, numbers, one_of, texts
from crm_contracts.fuzz.draft import Alteration
from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.places import Place

Drawing = Callable[[Draw], Alteration]

_ORDERS: Final = 2**64
_NARROW: Final = ("enum", "pattern", "format")
"""Rules that hardly any text keeps."""


def drawings(places: Iterable[Place]) -> tuple[Drawing, ...]:
    """Return what draws alterations of a body, each another sort of them.

    Args:
        places: those of the body.
    """
    found = list(places)
    free = [each for each in found if isinstance(each.value, str) and not any(map(each.rule, _NARROW))]
    whole = [each for each in found if type(each.value) is int and not each.rule("enum")]
    broken = [each for each in found if type(each.value) is float and not each.rule("enum")]
    sorts = ((free, _any_text), (whole, _any_integer), (broken, _any_number))
    some = tuple(_at_one_of(those, sort) for those, sort in sorts if those)
    return (*some, _any_order) if any(isinstance(each.value, dict) for each in found) else some


def _at_one_of(places: list[Place], sort: Callable[[Draw, Place], Alteration]) -> Drawing:
    return lambda draw: sort(draw, one_of(draw, places))


def _any_text(draw: Draw, place: Place) -> Alteration:
    text = draw(texts(place.rule("minLength") or 0, place.rule("maxLength")))
    return bodies.altered_to(place, Kind.TEXT, text, "any text")


def _any_integer(draw: Draw, place: Place) -> Alteration:
    number = draw(integers(place.rule("format") or "", place.rule("minimum"), place.rule("maximum")))
    return bodies.altered_to(place, Kind.NUMBER, number, "any integer")


def _any_number(draw: Draw, place: Place) -> Alteration:
    number = draw(numbers(place.rule("minimum"), place.rule("maximum")))
    return bodies.altered_to(place, Kind.NUMBER, number, "any number")


def _any_order(draw: Draw) -> Alteration:
    return carriage.shuffled(draw(below(_ORDERS)))
