"""Values of requests that a supplied contract has no examples for, made from its schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crm_mocks.contract import Contract
from crm_mocks.contract.directions import READ_ONLY
from crm_mocks.contract.outcome import is_json, is_xml
from crm_mocks.contract.references import follow
from crm_mocks.generic.record_values import without_marked
from crm_mocks.generic.schema_views import SchemaViews
from crm_mocks.generic.values import make_value
from crm_mocks.generic.xml_bodies import xml_text
from crm_mocks.state.seeded_values import SeededValues


def sample_value(contract: Contract, schema: Any, name: str) -> Any:
    """Return a value that a schema allows, always the same one.

    Args:
        contract: contract of the schema.
        schema: the schema.
        name: what the value is, such as the name of a parameter.
    """
    seeded = SeededValues(0, "examples")
    return make_value(
        contract.document,
        schema,
        lambda attempt: seeded.random(name, attempt),
        validator=contract.schemas.compile(schema),
        owner=name,
    )


def sample_body(contract: Contract, operation: str, node: Mapping[str, Any] | None) -> tuple[str, Any]:
    """Return media type and value of a body; an empty media type without one.

    Args:
        contract: a supplied contract.
        operation: the operationId.
        node: the node of the request body.
    """
    content: Mapping[str, Any] = node.get("content", {}) if node is not None else {}
    if not content:
        return "", None
    media_type = next((name for name in content if is_json(name)), next(iter(content)))
    schema = content[media_type].get("schema", {})
    sample = sample_value(contract, schema, f"{operation} body")
    return media_type, without_marked(SchemaViews(contract.document).of(schema), sample, READ_ONLY)


def sample_request(contract: Contract, operation: str) -> dict[str, Any]:
    """Return a body, required parameters and examples in XML of an operation, as JSON.

    Args:
        contract: the contract.
        operation: the operationId.
    """
    about = contract.operations[operation]
    item = contract.document["paths"][about.path]
    node = item[about.method.lower()]
    request_body = follow(contract.document, node.get("requestBody"))
    content: Mapping[str, Any] = request_body.get("content", {}) if request_body is not None else {}
    media_type, body = sample_body(contract, operation, request_body)
    body = _sent(contract, media_type, content[media_type].get("schema", {}), body) if media_type else None
    listed = [follow(contract.document, each) for each in (*item.get("parameters", ()), *node.get("parameters", ()))]
    parameters = [
        {"in": each["in"], "name": each["name"], "value": sample_value(contract, each["schema"], str(each["name"]))}
        for each in listed
        if each.get("required") and "schema" in each
    ]
    examples = list(_xml_examples(contract, content))
    return {"media_type": media_type or None, "body": body, "parameters": parameters, "xml_examples": examples}


def _xml_examples(contract: Contract, content: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the examples of bodies in XML as they are sent; the contract has them as JSON values."""
    for media_type, about in content.items():
        if is_xml(media_type):
            examples = {name: follow(contract.document, each) for name, each in about.get("examples", {}).items()}
            examples |= {"example": {"value": about["example"]}} if "example" in about else {}
            for name, example in examples.items():
                text = _sent(contract, media_type, about.get("schema", {}), example.get("value"))
                yield {"name": name, "media_type": media_type, "body": text}


def _sent(contract: Contract, media_type: str, schema: Any, value: Any) -> Any:
    """Return a value as XML if its media type is; strings are sent as they are."""
    return value if isinstance(value, str) or not is_xml(media_type) else xml_text(contract.document, schema, value)
