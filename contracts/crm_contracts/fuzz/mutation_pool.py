"""All mutations of a documented response, classified by whether the contract allows the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from crm_contracts.fuzz import body_mutations, transport_mutations
from crm_contracts.fuzz.body_nodes import BodyNode, BodyWalker
from crm_contracts.fuzz.example_responses import ExampleResponse
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.portable_json import is_portable
from crm_contracts.fuzz.random_mutations import RandomMutation, random_mutations
from crm_contracts.fuzz.response_builder import Mutation, MutationNotApplicable, ResponseBuilder, set_at
from crm_mocks.contract.outcome import is_json

MutationsByKind = Mapping[MutationKind, list[Mutation]]


@dataclass(frozen=True)
class MutationPool:
    """Mutations of a documented response by kind, from mild to severe. Each is applicable to the example.

    Attributes:
        allowed: mutations that the contract allows.
        forbidden: mutations that the contract forbids, and faults.
        nodes: nodes of the body.
        random_mutations: functions that draw more mutations of the body, which the contract may forbid.
    """

    allowed: MutationsByKind
    forbidden: MutationsByKind
    nodes: tuple[BodyNode, ...]
    random_mutations: tuple[RandomMutation, ...]


@cache
def mutation_pool(example: ExampleResponse) -> MutationPool:
    """Return all mutations of a documented response."""
    nodes = tuple(nodes_of(example, example.builder.value))
    in_body = list(
        applicable(example.builder, (mutation for node in nodes for mutation in body_mutations.mutations(node)))
    )
    allowed, forbidden = _classified(example, in_body)
    transport, corrupting = transport_pool(example)
    return MutationPool(
        by_kind([*_all(transport), *allowed]),
        by_kind([*forbidden, *_all(corrupting)]),
        nodes,
        random_mutations(nodes) if is_json(example.builder.media_type) else (),
    )


@cache
def transport_pool(example: ExampleResponse) -> tuple[MutationsByKind, MutationsByKind]:
    """Return the transport mutations of a response, whatever its body: allowed ones and forbidden ones."""
    equivalent = list(transport_mutations.equivalent_forms(example.builder))
    candidates = (*equivalent, *transport_mutations.corruptions(example.builder))
    effective = [mutation for mutation in candidates if _differs(example, mutation)]
    allowed = [mutation for mutation in equivalent if mutation in effective and _is_allowed(example, mutation)]
    forbidden = [mutation for mutation in effective if mutation not in allowed and not _is_allowed(example, mutation)]
    return by_kind(allowed), by_kind([*forbidden, *transport_mutations.faults()])


def nodes_of(example: ExampleResponse, value: Any) -> Iterator[BodyNode]:
    """Yield the nodes of a body; a response without body has none."""
    if example.builder.media_type:
        yield from BodyWalker(example.document, example.schemas).nodes(value, example.schema)


def by_kind(mutations: Iterable[Mutation]) -> MutationsByKind:
    """Group mutations by kind, the mildest kind first."""
    groups: dict[MutationKind, list[Mutation]] = {kind: [] for kind in MutationKind}
    for mutation in mutations:
        groups[mutation.kind].append(mutation)
    return {kind: group for kind, group in groups.items() if group}


def _all(mutations: MutationsByKind) -> Iterator[Mutation]:
    return (mutation for group in mutations.values() for mutation in group)


def conforms(example: ExampleResponse, builder: ResponseBuilder) -> bool:
    """Return whether the schema allows the body as a JSON parser reads it."""
    if not is_json(builder.media_type):
        return isinstance(builder.value, str) and example.validator.is_valid(builder.value)
    try:
        return example.validator.is_valid(orjson.loads(builder.body))
    except orjson.JSONDecodeError:
        return False


def applicable(builder: ResponseBuilder, mutations: Iterable[Mutation]) -> Iterator[Mutation]:
    """Yield the mutations that the media type of a body can represent."""
    is_text = not is_json(builder.media_type)
    for mutation in mutations:
        if not is_text or _is_text(mutation.apply(builder)):
            yield mutation


def _is_text(builder: ResponseBuilder) -> bool:
    return isinstance(builder.value, str) and builder.raw is None and is_portable(builder.value)


def _classified(example: ExampleResponse, mutations: Iterable[Mutation]) -> tuple[list[Mutation], list[Mutation]]:
    """Return the allowed and the forbidden mutations of a body."""
    allowed: list[Mutation] = []
    forbidden: list[Mutation] = []
    for mutation in mutations:
        (allowed if _conforms_after(example, mutation) else forbidden).append(mutation)
    return allowed, forbidden


def _conforms_after(example: ExampleResponse, mutation: Mutation) -> bool:
    """Return whether the schema allows a mutated body. It is serialized only if parsers may read it differently."""
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
