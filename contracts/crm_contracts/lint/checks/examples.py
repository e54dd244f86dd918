"""Rules on named examples: the outcomes of an operation, and the requests that lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_contracts.lint.checks.schemas import invalid
from crm_contracts.lint.operations import ExampleNode, OperationNode
from crm_contracts.lint.places import Place
from crm_contracts.lint.registry import Found, rule
from crm_contracts.lint.subject import Subject, Variant
from crm_mocks.contract.marks import position_of

_SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
PROTOCOL: Final = ("404", "405", "408", "413", "415", "431")


@rule(
    "response-example-valid",
    why="An example is what the mock answers when it is steered: it must keep the contract as every answer does.",
    fix="Correct the example or the schema; if it holds only in some releases or settings, mark it so.",
)
def response_example_valid(subject: Subject) -> Found:
    """Find response examples that break their schema in any variant."""

    def find(variant: Variant) -> Found:
        for operation in variant.operations:
            for example in operation.response_examples():
                if "value" in example.node:
                    yield from invalid(variant, (*example.place, "value"), example.schema, example.node["value"])

    yield from subject.in_each_variant(find)


@rule(
    "request-example-valid",
    why="A request example that is not refused is pasted by users as a good request.",
    fix="Correct the example or the schema, or pair it by name with the refusal that it meets.",
)
def request_example_valid(subject: Subject) -> Found:
    """Find request examples that break their schema, although their pair is a success in every variant."""
    refusals = {
        (operation.id, example.name)
        for variant in subject.variants
        for operation in variant.operations
        for example in operation.response_examples()
        if example.response and not example.response.status.startswith("2")
    }

    def find(variant: Variant) -> Found:
        for operation in variant.operations:
            for example in operation.request_examples():
                if (operation.id, example.name) not in refusals and "value" in example.node:
                    yield from invalid(variant, (*example.place, "value"), example.schema, example.node["value"])

    yield from subject.in_each_variant(find)


@rule(
    "example-described",
    why="A summary is what lists and tools show of an example; its value is what is sent and answered.",
    fix="Write a summary of a few words, and the value.",
)
def example_described(subject: Subject) -> Found:
    """Find examples without summary or value."""
    for operation in subject.operations:
        for example in (*operation.response_examples(), *operation.request_examples()):
            if not example.node.get("summary"):
                yield example.place, f"the example '{example.name}' has no summary"
            if "value" not in example.node:
                yield example.place, f"the example '{example.name}' has no value"


@rule(
    "response-has-example",
    why="An outcome is a status with a named example: without one the status cannot be asked for by name.",
    fix="Add at least one entry under `examples` of each media type; `example` alone has no name.",
)
def response_has_example(subject: Subject) -> Found:
    """Find media types of responses without a named example in some variant."""

    def find(variant: Variant) -> Found:
        for operation in variant.operations:
            for response in operation.responses():
                for media_type, content in response.node.get("content", {}).items():
                    if not content.get("examples"):
                        place = (*response.place, "content", media_type)
                        yield place, f"{response.status} of {operation.id} has no named example"

    yield from subject.in_each_variant(find)


@rule(
    "outcome-name-snake-case",
    why="The name is written in `Prefer: example=…`, in magic values and in reports; one spelling is easier to guess.",
    fix="Rename the example: lower-case words joined by underscores.",
)
def outcome_name_snake_case(subject: Subject) -> Found:
    """Find example names in another spelling."""
    for operation in subject.operations:
        for example in (*operation.response_examples(), *operation.request_examples()):
            if not _SNAKE.fullmatch(example.name):
                yield example.place, f"'{example.name}' is not snake_case"


@rule(
    "outcome-name-unique",
    why="`Prefer: example=…` must mean one answer, whatever its status.",
    fix="Rename one of them; only media types of one response share names.",
)
def outcome_name_unique(subject: Subject) -> Found:
    """Find names that examples of two statuses share in some variant."""

    def find(variant: Variant) -> Found:
        for operation in variant.operations:
            seen: dict[str, str] = {}
            for example in operation.response_examples():
                status = example.response.status if example.response else ""
                if seen.setdefault(example.name, status) != status:
                    message = (
                        f"'{example.name}' is an example of {seen[example.name]} and of {status} in {operation.id}"
                    )
                    yield example.place, message

    yield from subject.in_each_variant(find)


@rule(
    "magic-value-unique",
    why="A magic value in the data of a request must mean one answer.",
    fix="Give one of the outcomes another x-magic.",
)
def magic_value_unique(subject: Subject) -> Found:
    """Find literals that force two outcomes of an operation in some variant."""

    def find(variant: Variant) -> Found:
        for operation in variant.operations:
            seen: dict[str, str] = {}
            for example in operation.response_examples():
                magic = example.node.get("x-magic")
                if magic is not None and seen.setdefault(repr(magic), example.name) != example.name:
                    yield example.place, f"{magic!r} is the magic value of '{seen[repr(magic)]}' too"

    yield from subject.in_each_variant(find)


@rule(
    "outcome-has-cause",
    why="Users read from it how to meet the answer without steering, and the matrix of outcomes is tested by it.",
    fix="Write `x-cause: <how a client meets it>`, or `x-only-on-request: true` where there is no natural cause.",
)
def outcome_has_cause(subject: Subject) -> Found:
    """Find outcomes that are not the protocol's and have neither a cause nor the mark that there is none."""
    for operation in subject.operations:
        for place, name, node in _outcomes(operation):
            caused, on_request = bool(node.get("x-cause")), node.get("x-only-on-request") is True
            if not caused and not on_request:
                yield place, f"the outcome '{name}' has neither x-cause nor x-only-on-request"
            elif caused and on_request:
                yield place, f"the outcome '{name}' has both x-cause and x-only-on-request"


@rule(
    "request-has-response",
    why="A request example and the response example of its name are a test case.",
    fix="Add or rename the response example, or restrict the request example to releases and settings of its pair.",
)
def request_has_response(subject: Subject) -> Found:
    """Find request examples without a response example of that name in some variant."""

    def find(variant: Variant) -> Found:
        for operation in variant.operations:
            answered = {example.name for example in operation.response_examples()}
            for example in operation.request_examples():
                if example.name not in answered:
                    yield example.place, f"no response example of {operation.id} is named '{example.name}'"

    yield from subject.in_each_variant(find)


@rule(
    "success-has-request",
    why="The first thing that a user wants is a request that works.",
    fix="Add a request example with the name of a 2xx response example.",
)
def success_has_request(subject: Subject) -> Found:
    """Find operations with a body none of whose request examples is paired with a success in some variant."""

    def find(variant: Variant) -> Found:
        for operation in variant.operations:
            if "requestBody" not in operation.node:
                continue
            good = {each.name for each in operation.response_examples() if _is_success(each)}
            if good.isdisjoint(each.name for each in operation.request_examples()):
                yield (*operation.place, "requestBody"), f"no request example of {operation.id} leads to a success"

    yield from subject.in_each_variant(find)


@rule(
    "protocol-statuses",
    why="Clients meet these statuses whatever the vendor documents: in its own shape they can be tried.",
    fix=f"Add {', '.join(PROTOCOL)} as $ref to a response marked `x-protocol: true` whose status is a position.",
)
def protocol_statuses(subject: Subject) -> Found:
    """Find operations that lack a status of the protocol in some variant."""

    def find(variant: Variant) -> Found:
        for operation in variant.operations:
            for status in PROTOCOL:
                if status not in operation.node.get("responses", {}):
                    yield (*operation.place, "responses"), f"{operation.id} has no {status}"

    yield from subject.in_each_variant(find)


@rule(
    "protocol-is-position",
    why="That the vendor answers so is our choice, and users must be able to see that.",
    fix="Add `x-position: {status: <id>, body: <id>}` beside `x-protocol: true`.",
)
def protocol_is_position(subject: Subject) -> Found:
    """Find responses of the protocol that are not marked as a position."""
    for operation in subject.operations:
        for response in operation.responses():
            if response.protocol and not position_of(response.node, "status"):
                yield response.place, "a response marked x-protocol has no x-position of its status"


@rule(
    "error-is-component",
    why="One error body, written once: operations that repeat it drift apart.",
    fix="Move the response to components/responses and put a $ref in its place.",
)
def error_is_component(subject: Subject) -> Found:
    """Find error responses that are written in place."""
    for operation in subject.operations:
        for response in operation.responses():
            reference = str(response.own_node.get("$ref", ""))
            if not response.status.startswith(("1", "2", "3")) and not reference.startswith("#/components/responses/"):
                yield response.own_place, f"{response.status} of {operation.id} is no $ref into components/responses"


def _outcomes(operation: OperationNode) -> Iterator[tuple[Place, str, Mapping[str, Any]]]:
    """Yield place, name and node of each outcome that is not the protocol's: examples, and responses without body."""
    for example in operation.response_examples():
        if example.response and not example.response.protocol:
            yield example.place, example.name, example.node
    for response in operation.responses():
        if not response.protocol and not response.node.get("content"):
            yield response.place, response.node.get("x-outcome", f"status_{response.status}"), response.node


def _is_success(example: ExampleNode) -> bool:
    return example.response is not None and example.response.status.startswith("2")
