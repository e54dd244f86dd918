"""All mutations of a documented response, sorted by whether the contract allows the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from crm_contracts.fuzz import body_mutations, transport_mutations
from crm_contracts.fuzz.body_places import BodyPlace, BodyWalker
from crm_contracts.fuzz.example_responses import ExampleResponse
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.portable_json import is_portable
from crm_contracts.fuzz.random_mutations import RandomMutation, random_mutations
from crm_contracts.fuzz.response_builder import Mutation, MutationNotApplicable, ResponseBuilder, set_at
from crm_mocks.contract.outcome import is_json

MutationsByKind = Mapping[MutationKind, list[Mutation]]


@dataclass(frozen=True)
class MutationPool:
    """Mutations of one documented response by kind, from mild to wild; each has been applied to the example.

    Attributes:
        allowed: mutations that the contract allows.
        forbidden: mutations that it forbids, or after which no complete response arrives.
        places: places of the body.
        random_mutations: draw further mutations of the body, which the contract may forbid.
    """

    allowed: MutationsByKind
    forbidden: MutationsByKind
    places: tuple[BodyPlace, ...]
    random_mutations: tuple[RandomMutation, ...]


@cache
def mutation_pool(example: ExampleResponse) -> MutationPool:
    """Return all mutations of a documented response."""
    places = tuple(places_of(example, example.builder.value))
    in_body = list(applicable(example.builder, (each for place in places for each in body_mutations.mutations(place))))
    allowed, forbidden = _sorted_by_contract(example, in_body)
    transport, corrupting = transport_pool(example)
    return MutationPool(
        by_kind([*_all(transport), *allowed]),
        by_kind([*forbidden, *_all(corrupting)]),
        places,
        random_mutations(places) if is_json(example.builder.media_type) else (),
    )


@cache
def transport_pool(example: ExampleResponse) -> tuple[MutationsByKind, MutationsByKind]:
    """Return the mutations of the transport of a response, whatever its body: those allowed, and those forbidden."""
    ways = list(transport_mutations.rewritings(example.builder))
    found = [each for each in (*ways, *transport_mutations.corruptions(example.builder)) if _differs(example, each)]
    good = [each for each in ways if each in found and _is_allowed(example, each)]
    bad = [each for each in found if each not in good and not _is_allowed(example, each)]
    return by_kind(good), by_kind([*bad, *transport_mutations.faults()])


def places_of(example: ExampleResponse, value: Any) -> Iterator[BodyPlace]:
    """Yield the places of a body of a documented response; a response without body has none."""
    if example.builder.media_type:
        yield from BodyWalker(example.document, example.schemas).places(value, example.schema)


def by_kind(mutations: Iterable[Mutation]) -> MutationsByKind:
    """Return mutations by kind, the mildest kind first."""
    found: dict[MutationKind, list[Mutation]] = {kind: [] for kind in MutationKind}
    for each in mutations:
        found[each.kind].append(each)
    return {kind: each for kind, each in found.items() if each}


def _all(mutations: MutationsByKind) -> Iterator[Mutation]:
    return (each for of_kind in mutations.values() for each in of_kind)


def conforms(example: ExampleResponse, builder: ResponseBuilder) -> bool:
    """Return whether the schema allows a body as a plain JSON parser reads it."""
    if not is_json(builder.media_type):
        return isinstance(builder.value, str) and example.validator.is_valid(builder.value)
    try:
        return example.validator.is_valid(orjson.loads(builder.body))
    except orjson.JSONDecodeError:
        return False


def applicable(builder: ResponseBuilder, mutations: Iterable[Mutation]) -> Iterator[Mutation]:
    """Yield the mutations that are possible in the media type of a body."""
    is_text = not is_json(builder.media_type)
    for each in mutations:
        if not is_text or _is_text(each.apply(builder)):
            yield each


def _is_text(builder: ResponseBuilder) -> bool:
    return isinstance(builder.value, str) and builder.raw is None and is_portable(builder.value)


def _sorted_by_contract(example: ExampleResponse, found: Iterable[Mutation]) -> tuple[list[Mutation], list[Mutation]]:
    """Return the mutations of a body that the contract allows, and those that it forbids."""
    allowed: list[Mutation] = []
    forbidden: list[Mutation] = []
    for each in found:
        (allowed if _conforms_after(example, each) else forbidden).append(each)
    return allowed, forbidden


def _conforms_after(example: ExampleResponse, mutation: Mutation) -> bool:
    """Return whether the schema allows a mutated body; it is serialized only where parsers may differ."""
    change, before = mutation.apply, example.builder
    if isinstance(change, body_mutations.SetValue) and is_portable(change.value):
        return example.validator.is_valid(set_at(before.value, change.path, change.value))
    builder = change(before)
    return conforms(example, builder) if builder.raw is None else not example.violations(builder)


def _is_allowed(example: ExampleResponse, mutation: Mutation) -> bool:
    return not example.violations(mutation.apply(example.builder))


def _differs(example: ExampleResponse, mutation: Mutation) -> bool:
    """Return whether a client can notice a mutation."""
    before = example.builder
    try:
        after = mutation.apply(before)
    except MutationNotApplicable:
        return False
    return (after.status, after.headers, after.body, after.chunked) != (
        before.status,
        before.headers,
        before.body,
        before.chunked,
    )
