"""Rules on named examples: the outcomes of an operation and the requests that lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_contracts.lint.checks.schemas import schema_violations
from crm_contracts.lint.context import ContractVariant, LintContext
from crm_contracts.lint.operations import ExampleNode, OperationNode
from crm_contracts.lint.registry import Problems, rule
from crm_mocks.contract.operation import RESULT
from crm_mocks.contract.outcome import OutcomeResult
from crm_mocks.contract.position_marks import position_of
from crm_mocks.location import Location

_SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
PROTOCOL: Final = ("404", "405", "408", "413", "415", "431")


@rule(
    "response-example-valid",
    why="The mock responds with the example when its outcome is requested, and every response must conform.",
    fix="Correct the example or the schema, or mark the releases or settings in which the example applies.",
    only_30="The rule example-valid holds the examples of OpenAPI 3.1 to its schemas.",
)
def response_example_valid(context: LintContext) -> Problems:
    """Find response examples that violate their schema in any variant."""

    def find(variant: ContractVariant) -> Problems:
        for operation in variant.operations:
            for example in operation.response_examples():
                if "value" in example.node:
                    yield from schema_violations(
                        variant, (*example.location, "value"), example.schema, example.node["value"]
                    )

    yield from context.in_each_variant(find)


@rule(
    "request-example-valid",
    why="Users copy request examples that are not refused as valid requests.",
    fix="Correct the example or the schema, or give the example the name of the refusal that it leads to.",
    only_30="The rule example-valid holds the examples of OpenAPI 3.1 to its schemas.",
)
def request_example_valid(context: LintContext) -> Problems:
    """Find request examples that violate their schema although no variant documents a refusal of the same name."""
    refusals = documented_refusals(context)

    def find(variant: ContractVariant) -> Problems:
        for operation in variant.operations:
            for example in operation.request_examples():
                if (operation.id, example.name) not in refusals and "value" in example.node:
                    yield from schema_violations(
                        variant, (*example.location, "value"), example.schema, example.node["value"]
                    )

    yield from context.in_each_variant(find)


def documented_refusals(context: LintContext) -> set[tuple[str, str]]:
    """Return the operationId and name of each example of a refusal in any variant."""
    return {
        (operation.id, example.name)
        for variant in context.variants
        for operation in variant.operations
        for example in operation.response_examples()
        if example.response and not _is_success(example)
    }


@rule(
    "example-described",
    why="Lists and tools show the summary; mocks and clients send the value.",
    fix="Add a summary of a few words and the value.",
)
def example_described(context: LintContext) -> Problems:
    """Find examples without summary or value."""
    for operation in context.operations:
        for example in (*operation.response_examples(), *operation.request_examples()):
            if not example.node.get("summary"):
                yield example.location, f"the example '{example.name}' has no summary"
            if "value" not in example.node:
                yield example.location, f"the example '{example.name}' has no value"


@rule(
    "response-has-example",
    why="An outcome is a status with a named example: without a name it cannot be requested.",
    fix="Add an entry under `examples` for each media type; a bare `example` has no name.",
)
def response_has_example(context: LintContext) -> Problems:
    """Find response media types without a named example in any variant."""

    def find(variant: ContractVariant) -> Problems:
        for operation in variant.operations:
            for response in operation.responses():
                for media_type, content in response.node.get("content", {}).items():
                    if not content.get("examples"):
                        location = (*response.location, "content", media_type)
                        yield location, f"{response.status} of {operation.id} has no named example"

    yield from context.in_each_variant(find)


@rule(
    "outcome-name-snake-case",
    why="Users write the name in `Prefer: example=…` and read it in reports: one spelling is easier to guess.",
    fix="Rename the example to lower-case words joined by underscores.",
)
def outcome_name_snake_case(context: LintContext) -> Problems:
    """Find example names that are not snake_case."""
    for operation in context.operations:
        for example in (*operation.response_examples(), *operation.request_examples()):
            if not _SNAKE.fullmatch(example.name):
                yield example.location, f"'{example.name}' is not snake_case"


@rule(
    "outcome-name-unique",
    why="`Prefer: example=…` must select a single response, whatever its status.",
    fix="Rename one of the examples; only media types of the same response may share names.",
)
def outcome_name_unique(context: LintContext) -> Problems:
    """Find names shared by examples of two statuses in any variant."""

    def find(variant: ContractVariant) -> Problems:
        for operation in variant.operations:
            seen: dict[str, str] = {}
            for example in operation.response_examples():
                status = example.response.status if example.response else ""
                if seen.setdefault(example.name, status) != status:
                    message = (
                        f"'{example.name}' is an example of {seen[example.name]} and of {status} in {operation.id}"
                    )
                    yield example.location, message

    yield from context.in_each_variant(find)


@rule(
    "magic-value-unique",
    why="A magic value in a request must select a single response.",
    fix="Change the x-magic of one of the outcomes.",
)
def magic_value_unique(context: LintContext) -> Problems:
    """Find magic values shared by two outcomes of an operation in any variant."""

    def find(variant: ContractVariant) -> Problems:
        for operation in variant.operations:
            seen: dict[str, str] = {}
            for example in operation.response_examples():
                magic = example.node.get("x-magic")
                if magic is not None and seen.setdefault(repr(magic), example.name) != example.name:
                    yield example.location, f"{magic!r} is also the magic value of '{seen[repr(magic)]}'"

    yield from context.in_each_variant(find)


@rule(
    "outcome-has-cause",
    why="The cause shows users how to get the outcome without forcing it, and tests rely on it.",
    fix="Add `x-cause: <how a client gets it>`, or `x-only-on-request: true` if there is no natural cause.",
)
def outcome_has_cause(context: LintContext) -> Problems:
    """Find outcomes, except those of the protocol, without exactly one of cause and only-on-request mark."""
    for operation in context.operations:
        for location, name, node in _outcomes(operation):
            caused, on_request = bool(node.get("x-cause")), node.get("x-only-on-request") is True
            if not caused and not on_request:
                yield location, f"the outcome '{name}' has neither x-cause nor x-only-on-request"
            elif caused and on_request:
                yield location, f"the outcome '{name}' has both x-cause and x-only-on-request"


@rule(
    "request-has-response",
    why="A request example and the response example of the same name form a test case.",
    fix="Add or rename the response example, or restrict the request example to its releases and settings.",
)
def request_has_response(context: LintContext) -> Problems:
    """Find request examples without a response example of the same name in any variant."""

    def find(variant: ContractVariant) -> Problems:
        for operation in variant.operations:
            responses = {example.name for example in operation.response_examples()}
            for example in operation.request_examples():
                if example.name not in responses:
                    yield example.location, f"no response example of {operation.id} is named '{example.name}'"

    yield from context.in_each_variant(find)


@rule(
    "success-has-request",
    why="The first thing a user needs is a request that works.",
    fix="Add a request example named after a 2xx response example.",
)
def success_has_request(context: LintContext) -> Problems:
    """Find operations with a request body that have no example of a successful request in any variant."""

    def find(variant: ContractVariant) -> Problems:
        for operation in variant.operations:
            if "requestBody" not in operation.node:
                continue
            successes = {example.name for example in operation.response_examples() if _is_success(example)}
            if successes.isdisjoint(example.name for example in operation.request_examples()):
                yield (*operation.location, "requestBody"), f"no request example of {operation.id} leads to a success"

    yield from context.in_each_variant(find)


@rule(
    "protocol-statuses",
    why="Clients receive these statuses whatever the vendor documents, and must be testable against them.",
    fix=f"Add {', '.join(PROTOCOL)} as $ref to a response with `x-protocol: true` and a position for the status.",
)
def protocol_statuses(context: LintContext) -> Problems:
    """Find operations that lack a protocol status in any variant."""

    def find(variant: ContractVariant) -> Problems:
        for operation in variant.operations:
            for status in PROTOCOL:
                if status not in operation.node.get("responses", {}):
                    yield (*operation.location, "responses"), f"{operation.id} has no {status}"

    yield from context.in_each_variant(find)


@rule(
    "protocol-is-position",
    why="That the vendor responds this way is our assumption, which users must be able to see.",
    fix="Add `x-position: {status: <id>, body: <id>}` next to `x-protocol: true`.",
)
def protocol_is_position(context: LintContext) -> Problems:
    """Find protocol responses that are not marked as a position."""
    for operation in context.operations:
        for response in operation.responses():
            if response.protocol and not position_of(response.node, "status"):
                yield response.location, "a response with x-protocol has no x-position for its status"


@rule(
    "error-is-component",
    why="Copies of the same error body in several operations drift apart.",
    fix="Move the response to components/responses and replace it with a $ref.",
)
def error_is_component(context: LintContext) -> Problems:
    """Find error responses that are written inline."""
    for operation in context.operations:
        for response in operation.responses():
            reference = str(response.own_node.get("$ref", ""))
            if not response.status.startswith(("1", "2", "3")) and not reference.startswith("#/components/responses/"):
                yield (
                    response.own_location,
                    f"{response.status} of {operation.id} is not a $ref to components/responses",
                )


def _outcomes(operation: OperationNode) -> Iterator[tuple[Location, str, Mapping[str, Any]]]:
    """Yield location, name and node of each outcome except those of the protocol."""
    for example in operation.response_examples():
        if example.response and not example.response.protocol:
            yield example.location, example.name, example.node
    for response in operation.responses():
        if not response.protocol and not response.node.get("content"):
            yield response.location, response.node.get("x-outcome", f"status_{response.status}"), response.node


def _is_success(example: ExampleNode) -> bool:
    has_success_status = example.response is not None and example.response.status.startswith("2")
    return has_success_status and example.node.get(RESULT) != OutcomeResult.REFUSAL
