"""Assemble a generated response from a documented response and its mutations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from crm_contracts.fuzz.example_responses import ExampleResponse
from crm_contracts.fuzz.generated_response import GeneratedResponse
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.response_builder import Mutation, ResponseBuilder

_RANKS: Final = {kind: rank for rank, kind in enumerate(MutationKind)}


def assemble(
    example: ExampleResponse, builder: ResponseBuilder, applied: Sequence[Mutation], rule: str = "", *, allowed: bool
) -> GeneratedResponse:
    """Return the generated response, with a description of how it differs from the documented one.

    Args:
        example: the documented response.
        builder: the mutated response.
        applied: the mutations.
        rule: description of the rule that the response breaks.
        allowed: whether the contract allows the response.
    """
    return GeneratedResponse(
        operation=example.operation.key,
        unusual="; ".join(filter(None, (*(mutation.description for mutation in applied), rule))),
        allowed=allowed,
        kind=max((mutation.kind for mutation in applied), key=_RANKS.__getitem__, default=MutationKind.DOCUMENTED),
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
    """Return a description of the rule that a mutation of the body breaks; may be empty."""
    builder = mutation.apply(example.builder)
    if builder.fault is not None or builder.raw is not None or builder.headers != example.builder.headers:
        return ""
    return broken_rule(example, builder)


def broken_rule(example: ExampleResponse, builder: ResponseBuilder) -> str:
    """Return a description of the rule that a response breaks; empty if the body as a whole is invalid."""
    violation = next(iter(example.violations(builder)), None)
    return f"the contract: {violation.message}" if violation and violation.location != ("body",) else ""
