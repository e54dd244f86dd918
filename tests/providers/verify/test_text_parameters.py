"""The contract as schemathesis reads it: parameters are text, and all else is as it was."""

from __future__ import annotations

from typing import Any

import pytest

from crm_contracts.providers.verify.text_parameters import with_text_parameters

BINARY = {"type": "string", "format": "binary"}
TEXT = {"type": "string"}


def document(**operation: Any) -> dict[str, Any]:
    components = {
        "schemas": {"Bytes": BINARY},
        "parameters": {"Name": {"name": "name", "in": "query", "schema": BINARY}},
    }
    return {"paths": {"/files/{id}": {"get": operation}}, "components": components}


def first_schema(changed: dict[str, Any]) -> Any:
    return changed["paths"]["/files/{id}"]["get"]["parameters"][0]["schema"]


@pytest.mark.parametrize(
    ("parameter", "schema"),
    [
        ({"name": "id", "in": "path", "schema": BINARY}, TEXT),
        ({"name": "id", "in": "path", "schema": {"$ref": "#/components/schemas/Bytes"}}, TEXT),
        ({"$ref": "#/components/parameters/Name"}, TEXT),
        (
            {"name": "ids", "in": "query", "schema": {"type": "array", "items": BINARY}},
            {"type": "array", "items": TEXT},
        ),
        ({"name": "id", "in": "path", "schema": {**TEXT, "format": "uuid"}}, {**TEXT, "format": "uuid"}),
    ],
    ids=["own", "schema of its own", "parameter of its own", "entries", "another format"],
)
def test_a_parameter_has_no_binary_format(parameter, schema):
    assert first_schema(with_text_parameters(document(parameters=[parameter]))) == schema


def test_parameters_of_a_path_have_no_binary_format():
    contract = {"paths": {"/files/{id}": {"parameters": [{"name": "id", "in": "path", "schema": BINARY}], "get": {}}}}

    assert with_text_parameters(contract)["paths"]["/files/{id}"]["parameters"][0]["schema"] == TEXT


def test_a_body_keeps_its_binary_format():
    contract = document(requestBody={"content": {"application/octet-stream": {"schema": BINARY}}})

    assert with_text_parameters(contract) == contract
