"""Mutations with random values: any text, any number, any order of members."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from crm_contracts.fuzz import body_mutations, transport_mutations
from crm_contracts.fuzz.body_places import BodyPlace
from crm_contracts.fuzz.cached_strategies import Draw, below, integers, numbers, one_of, texts
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.response_builder import Mutation

RandomMutation = Callable[[Draw], Mutation]

_ORDERS: Final = 2**64
_NARROW: Final = ("enum", "pattern", "format")
"""Keywords that hardly any random text satisfies."""


def random_mutations(places: Iterable[BodyPlace]) -> tuple[RandomMutation, ...]:
    """Return functions that draw mutations of a body, one for each sort.

    Args:
        places: places of the body.
    """
    found = list(places)
    free = [each for each in found if isinstance(each.value, str) and not any(map(each.rule, _NARROW))]
    whole = [each for each in found if type(each.value) is int and not each.rule("enum")]
    broken = [each for each in found if type(each.value) is float and not each.rule("enum")]
    sorts = ((free, _any_text), (whole, _any_integer), (broken, _any_number))
    some = tuple(_at_one_of(those, sort) for those, sort in sorts if those)
    return (*some, _any_order) if any(isinstance(each.value, dict) for each in found) else some


def _at_one_of(places: list[BodyPlace], sort: Callable[[Draw, BodyPlace], Mutation]) -> RandomMutation:
    return lambda draw: sort(draw, one_of(draw, places))


def _any_text(draw: Draw, place: BodyPlace) -> Mutation:
    text = draw(texts(place.rule("minLength") or 0, place.rule("maxLength")))
    return body_mutations.value_mutation(place, MutationKind.TEXT, text, "any text")


def _any_integer(draw: Draw, place: BodyPlace) -> Mutation:
    number = draw(integers(place.rule("format") or "", place.rule("minimum"), place.rule("maximum")))
    return body_mutations.value_mutation(place, MutationKind.NUMBER, number, "any integer")


def _any_number(draw: Draw, place: BodyPlace) -> Mutation:
    number = draw(numbers(place.rule("minimum"), place.rule("maximum")))
    return body_mutations.value_mutation(place, MutationKind.NUMBER, number, "any number")


def _any_order(draw: Draw) -> Mutation:
    return transport_mutations.shuffled(draw(below(_ORDERS)))
