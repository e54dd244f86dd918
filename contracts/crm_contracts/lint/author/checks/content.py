"""Rules on parameters, request bodies and responses."""

from __future__ import annotations

from typing import Final

from crm_contracts.lint.author.contract import AuthorContract, OperationPart, ResponsePart
from crm_contracts.lint.author.schemas import constraints_of
from crm_contracts.lint.registry import Problems, warning
from crm_mocks.contract.outcome import is_json
from crm_mocks.parsing.media_types import FORM, MULTIPART

_WITHOUT_BODY: Final = ("204", "205", "304")


@warning(
    "response-described",
    why="Without a schema every response is accepted, and without an example too the mock has nothing to answer.",
    fix="Add a schema, and an example that shows it.",
)
def response_described(contract: AuthorContract) -> Problems:
    """Find responses in JSON without schema, and successes of GET without content."""
    for operation in contract.operations:
        for response in contract.responses(operation):
            yield from _undescribed(contract, operation, response)


def _undescribed(contract: AuthorContract, operation: OperationPart, response: ResponsePart) -> Problems:
    media = [*contract.media(response.node, response.location, is_response=True)]
    if not media and operation.method == "get" and response.status[:1] == "2" and response.status not in _WITHOUT_BODY:
        yield response.location, f"the response {response.status} has no content: the mock answers without body"
    for part in media:
        if is_json(part.media_type) and not constraints_of(_schema(contract, part.node)):
            has_example = "example" in part.node or bool(part.node.get("examples"))
            rest = "every value is accepted" if has_example else "the mock has nothing to answer with"
            yield (
                part.location,
                f"the response {response.status} has no schema{'' if has_example else ' or example'}: {rest}",
            )


@warning(
    "request-described",
    why="Without a schema every request body is accepted, and none can be generated for verify or push.",
    fix="Add a schema, and an example that shows it.",
)
def request_described(contract: AuthorContract) -> Problems:
    """Find request bodies without content, or in JSON or a form without schema."""
    for operation in contract.operations:
        body = contract.request_body(operation)
        if body is None or not operation.name:
            continue
        media = [*contract.media(*body, is_response=False)]
        if not media:
            yield body[1], "the request body has no content"
        for part in media:
            media_type = part.media_type.partition(";")[0].strip().lower()
            is_checked = is_json(media_type) or media_type in (FORM, MULTIPART)
            if is_checked and not constraints_of(_schema(contract, part.node)):
                yield part.location, f"the request body in {part.media_type} has no schema: every value is accepted"


def _schema(contract: AuthorContract, node: object) -> dict[str, object]:
    schema = node.get("schema") if isinstance(node, dict) else None
    return dict(contract.resolved(schema, ())[0]) if isinstance(schema, dict) else {}


@warning(
    "parameter-described",
    why="A parameter without schema accepts every value, and none can be generated for it.",
    fix="Add a schema with a type, or content with one media type.",
)
def parameter_described(contract: AuthorContract) -> Problems:
    """Find parameters without schema or content."""
    for node, location in contract.parameters:
        if "schema" not in node and not node.get("content"):
            yield location, f"the parameter {node.get('name', location[-1])} has no schema"


@warning(
    "example-has-value",
    why="The mock does not answer with an example that has no value in the contract.",
    fix="Write `examples` as an object of named examples, each with `value`; external files are never read.",
)
def example_has_value(contract: AuthorContract) -> Problems:
    """Find examples of media types that are not in the form that OpenAPI requires."""
    for part in contract.all_media:
        examples = part.node.get("examples", {})
        if not isinstance(examples, dict):
            yield (*part.location, "examples"), "the examples are not an object of named examples"
            continue
        for name, written in examples.items():
            place = (*part.location, "examples", name)
            node, location = contract.resolved(written, place)
            if isinstance(written, dict) and not node and "$ref" in written:
                continue  # a reference without target
            if "externalValue" in node:
                yield location, f"the example {name} has an externalValue, which is never read"
            elif "value" not in node:
                yield location, f"the example {name} has no value"
