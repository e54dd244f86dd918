"""Hypothesis strategies for responses.

Hypothesis spends time on each choice and on each new strategy. One strategy therefore draws all responses of an
operation, with few choices, from cached strategies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Final

from hypothesis import assume, currently_in_test_context, event, note
from hypothesis import strategies as st

from crm_contracts.fuzz import body_mutations
from crm_contracts.fuzz.assembly import assemble, broken_rule, broken_rule_of
from crm_contracts.fuzz.cached_strategies import Draw, below, one_of
from crm_contracts.fuzz.example_responses import ExampleResponse, example_responses, mock_app
from crm_contracts.fuzz.generated_response import GeneratedResponse
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.mutation_pool import (
    MutationPool,
    MutationsByKind,
    applicable,
    conforms,
    mutation_pool,
    places_of,
    transport_pool,
)
from crm_contracts.fuzz.response_builder import Mutation, MutationNotApplicable, ResponseBuilder
from crm_contracts.fuzz.schema_values import SchemaValueBuilder

MOST_MUTATIONS: Final = 4
"""Highest number of allowed mutations of one response."""

_MOST_TRANSPORT: Final = 2
"""Highest number of transport mutations of a response whose body is built from its schema."""

_QUICK: Final = 10
"""Half of how much likelier a quick mutation is than a slow one: slow ones limit the number of responses."""

_SLOW: Final = frozenset({MutationKind.SLOW_BODY, MutationKind.HANG})
_TRIES: Final = 40

Family = Callable[[Draw, ExampleResponse], GeneratedResponse]


def answers(
    operation: str,
    *,
    status: int | None = None,
    outcome: str | None = None,
    allowed: bool | None = None,
    from_schema: bool = False,
) -> st.SearchStrategy[GeneratedResponse]:
    """Return a strategy for responses of an operation, which shrink toward the documented example.

    Args:
        operation: `<vendor>.<operationId>`.
        status: only responses made from documented ones with this status; `None` for all except those of the protocol.
        outcome: only responses made from one documented response, by the name of its example.
        allowed: `True` for what the contract allows, including its limits; `False` for what it forbids but networks
            produce; `None` for both.
        from_schema: build bodies from the schema alone instead of mutating documented examples.

    Raises:
        UsageError: the contract has no such operation or response.

    Example:
        @given(answer=answers("config_api.createLead", status=200, allowed=True))
        def test_create(config_api, answer):
            config_api.reset()
            config_api.respond(answer)
            assert create_lead(config_api.url) is not None
    """
    families = [_FAMILIES[each, from_schema] for each in (True, False) if allowed in (None, each)]
    starts = _alike(example_responses(operation, status, outcome))

    @st.composite
    def answer(draw: Draw) -> GeneratedResponse:
        """Draw a response; the examples are no arguments, since Hypothesis would print them, and they are long."""
        family = one_of(draw, families)
        return _noted(family(draw, one_of(draw, one_of(draw, starts))))

    return answer()


def _alike(found: Iterable[ExampleResponse]) -> list[list[ExampleResponse]]:
    """Group responses that have the same members: of many errors alike, each is drawn less often."""
    alike: dict[tuple[str, ...], list[ExampleResponse]] = {}
    for each in found:
        value = each.builder.value
        alike.setdefault(tuple(sorted(value)) if isinstance(value, dict) else (), []).append(each)
    return list(alike.values())


def _allowed(draw: Draw, start: ExampleResponse) -> GeneratedResponse:
    """Draw a response that the contract allows: the example itself, or with a few mutations."""
    found = mutation_pool(start)
    wanted = [_mild(draw, found) for _ in range(draw(below(MOST_MUTATIONS + 1)))]
    return _with_mutations(start, start.builder, wanted, [])


def _mild(draw: Draw, found: MutationPool) -> Mutation:
    """Draw an allowed mutation: one from the pool, or one with a random value."""
    number = draw(below(len(found.allowed) + len(found.random_mutations)))
    if number < len(found.allowed):
        return one_of(draw, list(found.allowed.values())[number])
    return found.random_mutations[number - len(found.allowed)](draw)


def _forbidden(draw: Draw, start: ExampleResponse) -> GeneratedResponse:
    """Draw a response that breaks the contract, or does not arrive completely, for one reason."""
    draw(below(MOST_MUTATIONS + 1))  # as many choices as for an allowed mutation, so that shrinking prefers that
    mutation = _corrupting(draw, mutation_pool(start).forbidden)
    return assemble(start, mutation.apply(start.builder), [mutation], broken_rule_of(start, mutation), allowed=False)


def _built(draw: Draw, start: ExampleResponse) -> GeneratedResponse:
    """Draw a response that the contract allows, with a body built from the schema."""
    transport = list(transport_pool(start)[0].values())
    builder, first = _rebuilt(draw, start)
    wanted = [one_of(draw, one_of(draw, transport)) for _ in range(draw(below(_MOST_TRANSPORT + 1)))]
    return _with_mutations(start, builder, wanted, first)


def _built_forbidden(draw: Draw, start: ExampleResponse) -> GeneratedResponse:
    """Draw a response with a body built from the schema, then broken in one place."""
    builder, first = _rebuilt(draw, start)
    places = list(places_of(start, builder.value)) if first else []
    if places and draw(below(2)) == 1:
        mutations = list(applicable(builder, body_mutations.mutations(one_of(draw, places))))
        begin = draw(below(len(mutations)))
        for each in (mutations[begin:] + mutations[:begin])[:_TRIES]:
            broken = each.apply(builder)
            if not conforms(start, broken):
                return assemble(start, broken, [*first, each], broken_rule(start, broken), allowed=False)
    mutation = _corrupting(draw, transport_pool(start)[1])
    broken = mutation.apply(builder)
    assume(broken.fault is not None or start.violations(broken))
    return assemble(start, broken, [*first, mutation], allowed=False)


_FAMILIES: Final[dict[tuple[bool, bool], Family]] = {
    (True, False): _allowed,
    (False, False): _forbidden,
    (True, True): _built,
    (False, True): _built_forbidden,
}


@cache
def _builder(vendor: str) -> SchemaValueBuilder:
    return SchemaValueBuilder(mock_app(vendor).contracts[vendor].document)


def _rebuilt(draw: Draw, start: ExampleResponse) -> tuple[ResponseBuilder, list[Mutation]]:
    """Return a documented response with a body built from its schema, and that as a mutation."""
    if not start.builder.media_type:
        return start.builder, []
    value = _builder(start.operation.vendor).value(draw, start.schema)
    builder = replace(start.builder, value=value)
    assume(conforms(start, builder))
    words = f"the body is built from the schema: {body_mutations.shown(value)}"
    return builder, [Mutation(MutationKind.SCHEMA, ("built",), words, lambda builder: builder)]


def _with_mutations(
    start: ExampleResponse, builder: ResponseBuilder, wanted: list[Mutation], first: list[Mutation]
) -> GeneratedResponse:
    """Apply mutations. Allowed ones mostly are allowed together: only if they are not, they are applied one by one."""
    mutated, done = _applied(builder, wanted, first, lambda _: True)
    if not start.validator.is_valid(mutated.value):
        mutated, done = _applied(builder, wanted, first, lambda each: start.validator.is_valid(each.value))
    return assemble(start, mutated, done, allowed=True)


def _applied(
    builder: ResponseBuilder, wanted: list[Mutation], first: list[Mutation], is_good: Callable[[ResponseBuilder], bool]
) -> tuple[ResponseBuilder, list[Mutation]]:
    """Return a mutated response, and the mutations applied: those that pass a check and do not exclude one another."""
    done = list(first)
    for each in wanted:
        if any(before.excludes(each.location) for before in done):
            continue
        try:
            mutated = each.apply(builder)
        except MutationNotApplicable:
            continue
        if is_good(mutated):
            builder = mutated
            done.append(each)
    return builder, done


def _corrupting(draw: Draw, found: MutationsByKind) -> Mutation:
    """Draw a forbidden mutation. Slow ones are in the middle: Hypothesis chooses the ends of a range more often."""
    quick = [each for kind, each in found.items() if kind not in _SLOW]
    slow = [each for kind, each in found.items() if kind in _SLOW]
    before = len(quick) * _QUICK
    number = draw(below(2 * before + len(slow)))
    if before <= number < before + len(slow):
        return one_of(draw, slow[number - before])
    return one_of(draw, quick[number % len(quick)])


def _noted(response: GeneratedResponse) -> GeneratedResponse:
    """Note a response for Hypothesis' statistics and for failing tests."""
    if currently_in_test_context():
        event(f"{'allowed' if response.allowed else 'forbidden'}: {response.kind}")
        note(str(response))
    return response
