"""Hypothesis strategies for responses.

Hypothesis spends time on each choice and on each new strategy. Therefore a single strategy draws all responses of an
operation, with few choices and cached strategies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any, Final

from hypothesis import assume, currently_in_test_context, event, note
from hypothesis import strategies as st

from crm_contracts.fuzz import body_mutations
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
    nodes_of,
    transport_pool,
)
from crm_contracts.fuzz.response_assembly import assemble, broken_rule, broken_rule_of
from crm_contracts.fuzz.response_builder import Mutation, MutationNotApplicable, ResponseBuilder
from crm_contracts.fuzz.schema_values import SchemaValueBuilder
from crm_mocks.generic.values import make_value

MAX_MUTATIONS: Final = 4
"""Maximum number of allowed mutations of a response."""

_MAX_TRANSPORT_MUTATIONS: Final = 2
"""Maximum number of transport mutations of a response with a body built from the schema."""

_QUICK_WEIGHT: Final = 10
"""Half the weight of a quick mutation relative to a slow one, since slow ones reduce the number of responses."""

_SLOW: Final = frozenset({MutationKind.SLOW_BODY, MutationKind.HANG})
_MAX_TRIES: Final = 40
_VALUES: Final = 1_000
"""Number of values that are made for a schema whose drawn ones break rules between members."""

Family = Callable[[Draw, ExampleResponse], GeneratedResponse]


def answers(
    operation: str,
    *,
    status: int | None = None,
    outcome: str | None = None,
    allowed: bool | None = None,
    from_schema: bool = False,
) -> st.SearchStrategy[GeneratedResponse]:
    """Return a strategy for responses of an operation. They shrink toward the documented example.

    Args:
        operation: `<vendor>.<operationId>`.
        status: only responses based on documented ones with this status; `None` for all except protocol statuses.
        outcome: only responses based on the documented example of this name.
        allowed: `True` for responses that the contract allows, `False` for those that it forbids but networks or
            servers produce, `None` for both.
        from_schema: build bodies from the schema instead of mutating documented examples.

    Raises:
        UsageError: the contract has no such operation or response.

    Example:
        @given(response=answers("their_crm.createContact", status=200, allowed=True))
        def test_create(their_crm, response):
            their_crm.reset()
            their_crm.respond(response)
            assert create_contact(their_crm.url) is not None
    """
    families = [_FAMILIES[is_allowed, from_schema] for is_allowed in (True, False) if allowed in (None, is_allowed)]
    groups = _grouped_by_members(example_responses(operation, status, outcome))

    @st.composite
    def response(draw: Draw) -> GeneratedResponse:
        """Draw a response. The examples are not arguments, since Hypothesis would print them in full."""
        family = one_of(draw, families)
        return _logged(family(draw, one_of(draw, one_of(draw, groups))))

    return response()


def _grouped_by_members(examples: Iterable[ExampleResponse]) -> list[list[ExampleResponse]]:
    """Group responses by the members of their bodies, so that many similar errors are not drawn too often."""
    groups: dict[tuple[str, ...], list[ExampleResponse]] = {}
    for example in examples:
        value = example.builder.value
        groups.setdefault(tuple(sorted(value)) if isinstance(value, dict) else (), []).append(example)
    return list(groups.values())


def _allowed(draw: Draw, example: ExampleResponse) -> GeneratedResponse:
    """Draw a response that the contract allows: the example with up to `MAX_MUTATIONS` mutations."""
    pool = mutation_pool(example)
    mutations = [_allowed_mutation(draw, pool) for _ in range(draw(below(MAX_MUTATIONS + 1)))]
    return _with_mutations(example, example.builder, mutations, [])


def _allowed_mutation(draw: Draw, pool: MutationPool) -> Mutation:
    """Draw an allowed mutation from the pool, or a random mutation."""
    number = draw(below(len(pool.allowed) + len(pool.random_mutations)))
    if number < len(pool.allowed):
        return one_of(draw, list(pool.allowed.values())[number])
    return pool.random_mutations[number - len(pool.allowed)](draw)


def _forbidden(draw: Draw, example: ExampleResponse) -> GeneratedResponse:
    """Draw a response that breaks the contract or does not arrive completely, with a single mutation."""
    draw(below(MAX_MUTATIONS + 1))  # the same first choice as for allowed responses, so that shrinking prefers these
    mutation = _forbidden_mutation(draw, mutation_pool(example).forbidden)
    return assemble(
        example, mutation.apply(example.builder), [mutation], broken_rule_of(example, mutation), allowed=False
    )


def _built(draw: Draw, example: ExampleResponse) -> GeneratedResponse:
    """Draw a response that the contract allows, with a body built from the schema."""
    transport = list(transport_pool(example)[0].values())
    builder, initial = _rebuilt(draw, example)
    mutations = [one_of(draw, one_of(draw, transport)) for _ in range(draw(below(_MAX_TRANSPORT_MUTATIONS + 1)))]
    return _with_mutations(example, builder, mutations, initial)


def _built_forbidden(draw: Draw, example: ExampleResponse) -> GeneratedResponse:
    """Draw a response with a body built from the schema, and a single forbidden mutation."""
    builder, initial = _rebuilt(draw, example)
    nodes = list(nodes_of(example, builder.value)) if initial else []
    if nodes and draw(below(2)) == 1:
        mutations = list(applicable(builder, body_mutations.mutations(one_of(draw, nodes))))
        offset = draw(below(len(mutations)))
        for mutation in (mutations[offset:] + mutations[:offset])[:_MAX_TRIES]:
            broken = mutation.apply(builder)
            if not conforms(example, broken):
                return assemble(example, broken, [*initial, mutation], broken_rule(example, broken), allowed=False)
    mutation = _forbidden_mutation(draw, transport_pool(example)[1])
    broken = mutation.apply(builder)
    assume(broken.fault is not None or example.violations(broken))
    return assemble(example, broken, [*initial, mutation], allowed=False)


_FAMILIES: Final[dict[tuple[bool, bool], Family]] = {
    (True, False): _allowed,
    (False, False): _forbidden,
    (True, True): _built,
    (False, True): _built_forbidden,
}


@cache
def _builder(vendor: str) -> SchemaValueBuilder:
    return SchemaValueBuilder(mock_app(vendor).contracts[vendor].document)


def _rebuilt(draw: Draw, example: ExampleResponse) -> tuple[ResponseBuilder, list[Mutation]]:
    """Return a documented response with a body built from its schema, and the mutation that describes this."""
    if not example.builder.media_type:
        return example.builder, []
    value = _builder(example.operation.vendor).value(draw, example.schema)
    builder = replace(example.builder, value=value)
    if not conforms(example, builder):
        value = _made(draw, example)
        builder = replace(example.builder, value=value)
        assume(conforms(example, builder))
    description = f"the body is built from the schema: {body_mutations.shown(value)}"
    return builder, [Mutation(MutationKind.SCHEMA, ("built",), description, lambda builder: builder)]


def _made(draw: Draw, example: ExampleResponse) -> Any:
    """Return a value that the mock makes, for rules between members, such as `contains` and `if`."""
    number = draw(below(_VALUES))
    return make_value(
        example.document,
        example.schema,
        lambda attempt: Random(f"{number} {attempt}"),  # noqa: S311  # the same values each time
        validator=example.validator,
        examples=False,
    )


def _with_mutations(
    example: ExampleResponse, builder: ResponseBuilder, mutations: list[Mutation], initial: list[Mutation]
) -> GeneratedResponse:
    """Apply allowed mutations; if they are not allowed together, apply those that keep the body valid."""
    mutated, applied = _applied(builder, mutations, initial, lambda _: True)
    if not example.validator.is_valid(mutated.value):
        mutated, applied = _applied(builder, mutations, initial, lambda body: example.validator.is_valid(body.value))
    return assemble(example, mutated, applied, allowed=True)


def _applied(
    builder: ResponseBuilder,
    mutations: list[Mutation],
    initial: list[Mutation],
    accepts: Callable[[ResponseBuilder], bool],
) -> tuple[ResponseBuilder, list[Mutation]]:
    """Return a mutated response and the mutations applied: those accepted that do not exclude each other."""
    applied = list(initial)
    for mutation in mutations:
        if any(previous.excludes(mutation.location) for previous in applied):
            continue
        try:
            mutated = mutation.apply(builder)
        except MutationNotApplicable:
            continue
        if accepts(mutated):
            builder = mutated
            applied.append(mutation)
    return builder, applied


def _forbidden_mutation(draw: Draw, mutations: MutationsByKind) -> Mutation:
    """Draw a forbidden mutation. Slow ones are in the middle, since Hypothesis prefers the ends of a range."""
    quick = [group for kind, group in mutations.items() if kind not in _SLOW]
    slow = [group for kind, group in mutations.items() if kind in _SLOW]
    before = len(quick) * _QUICK_WEIGHT
    number = draw(below(2 * before + len(slow)))
    if before <= number < before + len(slow):
        return one_of(draw, slow[number - before])
    return one_of(draw, quick[number % len(quick)])


def _logged(response: GeneratedResponse) -> GeneratedResponse:
    """Record a response for Hypothesis' statistics and for the message of a failing test."""
    if currently_in_test_context():
        event(f"{'allowed' if response.allowed else 'forbidden'}: {response.kind}")
        note(str(response))
    return response
