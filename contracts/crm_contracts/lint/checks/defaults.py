"""Rules that make the file itself plain OpenAPI which is right under the default settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_contracts.lint.checks.examples import documented_refusals
from crm_contracts.lint.checks.schemas import schema_violations
from crm_contracts.lint.context import ContractVariant, LintContext
from crm_contracts.lint.locations import references, walk
from crm_contracts.lint.operations import ExampleNode, OperationNode
from crm_contracts.lint.registry import Problems, rule
from crm_mocks.contract.in_force import RELEASES, holds
from crm_mocks.contract.published_form import CONDITIONS, REFUSED, REFUSED_EXAMPLES, VARIANT_PREFIX, publish
from crm_mocks.location import Location

_CONDITIONS: Final = ("x-in-force", "x-available-from", "x-available-before")
_UNORDERED: Final = ("required",)
_COLLECTIONS: Final = frozenset({"headers", "examples", "properties", "links", "callbacks"})
"""Keywords that mean the same without members as when they are absent."""


@rule(
    "default-stands",
    why="Other tools read the file as it is: it has to be right under the default settings.",
    fix="Put what holds by default under the keyword itself, and all other parts in x-variant-<keyword> beside it.",
)
def default_stands(context: LintContext) -> Problems:
    """Find differences between the file as other tools read it and the contract in force by default."""
    if context.default is not None:
        yield from _differences(_as_read(publish(context.published)), _as_read(publish(context.default)), ())


def _as_read(node: Any) -> Any:
    """Return a node as tools read it that do not know our extensions."""
    if isinstance(node, list):
        return [_as_read(value) for value in node]
    if not isinstance(node, Mapping):
        return node
    return {
        key: _as_read(value)
        for key, value in node.items()
        if key not in (CONDITIONS, REFUSED_EXAMPLES) and not key.startswith(VARIANT_PREFIX)
    }


def _differences(stands: Any, holding: Any, location: Location) -> Problems:
    if isinstance(stands, Mapping) and isinstance(holding, Mapping):
        for key in _surplus(stands, holding):
            yield (*location, key), f"'{key}' stands here, but does not hold under the default settings"
        for key in _surplus(holding, stands):
            yield (*location, key), f"'{key}' holds under the default settings, but does not stand here"
        for key in (key for key in stands if key in holding):
            yield from _differences(stands[key], holding[key], (*location, key))
    elif isinstance(stands, list) and isinstance(holding, list) and len(stands) == len(holding):
        if location[-1:] in {(key,) for key in _UNORDERED}:
            stands, holding = sorted(stands, key=str), sorted(holding, key=str)
        for index, (one, other) in enumerate(zip(stands, holding, strict=True)):
            yield from _differences(one, other, (*location, index))
    elif stands != holding:
        yield location, f"this does not hold under the default settings, which have {str(holding)[:100]}"


def _surplus(node: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return the members that only `node` has, except collections whose members all belong to other settings."""
    return [key for key in node if key not in other and not (key in _COLLECTIONS and node[key] == {})]


@rule(
    "condition-possible",
    why="A part that is never in force is dead text, which misleads the readers of the contract.",
    fix="Correct the setting, value or release of the condition, or of the conditions around it.",
)
def condition_possible(context: LintContext) -> Problems:
    """Find parts whose condition contradicts itself or those of the parts around it."""
    releases: list[str] = context.document.get(RELEASES, [])
    settings = [variant.settings for variant in context.variants]
    conditioned: dict[Location, Mapping[str, Any]] = {}
    for location, node in walk(context.document):
        if isinstance(node, Mapping) and any(mark in node for mark in _CONDITIONS):
            conditioned[location] = node
            chain = [conditioned[location[:end]] for end in range(len(location) + 1) if location[:end] in conditioned]
            if not any(all(holds(each, values, releases) for each in chain) for values in settings):
                yield location, "this is never in force, whatever the settings"


@rule(
    "reference-alone",
    why="OpenAPI 3.0 ignores what stands beside a $ref, and some tools refuse the file.",
    fix="Write it into the referenced component or into an allOf with the $ref; a condition goes into x-conditions.",
    only_30="OpenAPI 3.1 allows other members beside a $ref.",
)
def reference_alone(context: LintContext) -> Problems:
    """Find members beside `$ref`."""
    for location, _ in references(context.published):
        siblings = [key for key in node_at(context.published, location) if key != "$ref"]
        if siblings:
            yield location, f"beside the $ref stands {', '.join(siblings)}"


@rule(
    "no-merge-key",
    why="Merge keys (`<<`) are not part of YAML 1.2: some tools refuse them or take them for a member.",
    fix="Write the members out, or refer to a component or to an anchor of the whole node.",
)
def no_merge_key(context: LintContext) -> Problems:
    """Find merge keys."""
    for location in context.lines.merge_keys() if context.lines else ():
        yield location, "the object has a merge key (`<<`)"


@rule(
    "refused-examples-apart",
    why="Other tools take all `examples` of a request for valid requests, and send them or check them.",
    fix=f"Put requests that break the schema under {REFUSED_EXAMPLES} beside `examples`.",
    only_30="Refused examples are marked in OpenAPI 3.0 only.",
)
def refused_examples_apart(context: LintContext) -> Problems:
    """Find request examples that break their schema by default, and refused ones that break it in no variant."""
    refused: set[Location] = set()
    broken: set[Location] = set()
    for variant in context.variants:
        for _, example in _request_examples(variant):
            if REFUSED in example.node:
                refused.add(example.location)
                if example.location not in broken and _breaks(variant, example):
                    broken.add(example.location)
    for location in sorted(refused - broken, key=str):
        yield location, f"the request '{location[-1]}' is not refused: it satisfies its schema"
    if context.default is not None:
        refusals = documented_refusals(context)  # request-example-valid finds the others
        default = ContractVariant(context.vendor, {}, context.default)
        for operation, example in _request_examples(default):
            is_refusal = (operation.id, example.name) in refusals
            if is_refusal and REFUSED not in example.node and _breaks(default, example):
                yield example.location, f"the request '{example.name}' breaks its schema"


def _request_examples(variant: ContractVariant) -> Iterator[tuple[OperationNode, ExampleNode]]:
    for operation in variant.operations:
        yield from ((operation, example) for example in operation.request_examples() if "value" in example.node)


def _breaks(variant: ContractVariant, example: ExampleNode) -> bool:
    return next(schema_violations(variant, (), example.schema, example.node["value"]), None) is not None


def node_at(document: Mapping[str, Any], location: Location) -> Any:
    """Return the node at a location."""
    node: Any = document
    for part in location:
        node = node[part]
    return node
