"""Mutations with random strings, numbers and orders of members."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from crm_contracts.fuzz import body_mutations, transport_mutations
from crm_contracts.fuzz.body_nodes import BodyNode
from crm_contracts.fuzz.cached_strategies import Draw, below, integers, numbers, one_of, strings
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.fuzz.response_builder import Mutation

RandomMutation = Callable[[Draw], Mutation]

_ORDERS: Final = 2**64
_RESTRICTIVE: Final = ("enum", "pattern", "format")
"""Keywords that random strings hardly ever satisfy."""


def random_mutations(nodes: Iterable[BodyNode]) -> tuple[RandomMutation, ...]:
    """Return functions that draw mutations of a body, one for each type of value.

    Args:
        nodes: nodes of the body.
    """
    nodes = list(nodes)
    strings_ = [node for node in nodes if isinstance(node.value, str) and not any(map(node.rule, _RESTRICTIVE))]
    integers_ = [node for node in nodes if type(node.value) is int and not node.rule("enum")]
    floats = [node for node in nodes if type(node.value) is float and not node.rule("enum")]
    by_type = ((strings_, _any_string), (integers_, _any_integer), (floats, _any_number))
    mutations = tuple(_at_any(candidates, mutate) for candidates, mutate in by_type if candidates)
    return (*mutations, _any_order) if any(isinstance(node.value, dict) for node in nodes) else mutations


def _at_any(nodes: list[BodyNode], mutate: Callable[[Draw, BodyNode], Mutation]) -> RandomMutation:
    return lambda draw: mutate(draw, one_of(draw, nodes))


def _any_string(draw: Draw, node: BodyNode) -> Mutation:
    text = draw(strings(node.rule("minLength") or 0, node.rule("maxLength")))
    return body_mutations.value_mutation(node, MutationKind.TEXT, text, "any string")


def _any_integer(draw: Draw, node: BodyNode) -> Mutation:
    number = draw(integers(node.rule("format") or "", node.rule("minimum"), node.rule("maximum")))
    return body_mutations.value_mutation(node, MutationKind.NUMBER, number, "any integer")


def _any_number(draw: Draw, node: BodyNode) -> Mutation:
    number = draw(numbers(node.rule("minimum"), node.rule("maximum")))
    return body_mutations.value_mutation(node, MutationKind.NUMBER, number, "any number")


def _any_order(draw: Draw) -> Mutation:
    return transport_mutations.shuffled(draw(below(_ORDERS)))
