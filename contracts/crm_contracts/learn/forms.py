"""Schemas and examples of forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm_contracts.learn.bodies import Body
from crm_contracts.learn.openapi_schema import GUESS
from crm_contracts.learn.shapes import schema_of_texts
from crm_mocks.secret_values import is_random_name


def schema_of_forms(bodies: Sequence[Body]) -> dict[str, Any]:
    """Return the schema of forms: fields are required that all of them have."""
    names = dict.fromkeys(name for each in bodies for name, _ in each.value if not is_random_name(name))
    properties: dict[str, Any] = {}
    required = []
    for name in names:
        values = [[value for key, value in each.value if key == name] for each in bodies]
        if any(name in each.files for each in bodies):
            schema: dict[str, Any] = {"type": "string", "format": "binary"}
        else:
            schema = schema_of_texts(name, [value for each in values for value in each])
        if any(len(each) > 1 for each in values):
            schema = {"type": "array", "items": schema}
        seen = sum(map(bool, values))
        if seen == len(values):
            required.append(name)
        else:
            schema[GUESS] = f"seen in {seen} of {len(values)}"
        properties[name] = schema
    schema = {"type": "object"}
    if required:
        schema["required"] = required
    if properties:
        schema["properties"] = properties
    if len(bodies) == 1 and required:
        schema[GUESS] = "1 sample: its fields are required"
    return schema


def form_value(body: Body, schema: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a form, with values of the types that their schemas have."""
    found: dict[str, Any] = {}
    for name, text in body.value:
        own = schema.get("properties", {}).get(name, {})
        if own.get("type") == "array":
            found.setdefault(name, []).append(_typed(text, own["items"]))
        else:
            found[name] = "(content)" if name in body.files else _typed(text, own)
    return found


def _typed(text: str, schema: dict[str, Any]) -> Any:
    kind = schema.get("type")
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        return text
    return text == "true" if kind == "boolean" else text
