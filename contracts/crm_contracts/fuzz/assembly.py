"""Assemble a generated response from a documented one and the mutations applied to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from crm_contracts.fuzz.example_responses import ExampleResponse
from crm_contracts.fuzz.generated_response import GeneratedResponse
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.response_builder import Mutation, ResponseBuilder

_WILDEST: Final = {kind: rank for rank, kind in enumerate(MutationKind)}


def assemble(
    example: ExampleResponse, builder: ResponseBuilder, applied: Sequence[Mutation], rule: str = "", *, allowed: bool
) -> GeneratedResponse:
    """Return a mutated response with a description of what is unusual about it.

    Args:
        example: the documented response.
        builder: the mutated response.
        applied: the mutations.
        rule: the rule of the contract that it breaks, in words.
        allowed: whether the contract allows it.
    """
    return GeneratedResponse(
        operation=example.operation.key,
        unusual="; ".join(filter(None, (*(each.words for each in applied), rule))),
        allowed=allowed,
        kind=max((each.kind for each in applied), key=_WILDEST.__getitem__, default=MutationKind.DOCUMENTED),
        outcome=example.outcome.name,
        status=builder.status,
        headers=builder.headers,
        body=builder.body,
        chunked=builder.chunked,
        fault=builder.fault,
        delay_ms=builder.delay_ms,
        phase=builder.phase,
    )


@cache
def broken_rule_of(example: ExampleResponse, mutation: Mutation) -> str:
    """Return the rule that a mutation of the body breaks, in words."""
    builder = mutation.apply(example.builder)
    if builder.fault is not None or builder.raw is not None or builder.headers != example.builder.headers:
        return ""
    return broken_rule(example, builder)


def broken_rule(example: ExampleResponse, builder: ResponseBuilder) -> str:
    """Return the rule that a response breaks, in words; empty if the body as a whole is invalid."""
    violation = next(iter(example.violations(builder)), None)
    return f"the contract: {violation.message}" if violation and violation.location != ("body",) else ""
