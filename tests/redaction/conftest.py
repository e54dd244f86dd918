"""A contract whose bodies are redacted."""

from __future__ import annotations

from typing import Any

import pytest

from crm_mocks.contract import Contract, Operation
from crm_mocks.redaction import Redaction
from tests.redaction.helpers import FORM, JSON

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "email": {"type": "string"},
        "code": {"type": "string", "format": "password"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "extra": {"type": "object"},
        "any": {},
        "address": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "zip": {"type": "string", "xml": {"name": "postal"}}},
        },
        "token": {"type": "string"},
    },
}
MEDIA_TYPES = (JSON, FORM, "multipart/form-data", "application/xml", "text/plain")
DOCUMENT: dict[str, Any] = {
    "info": {"title": "T"},
    "paths": {
        "/x": {
            "post": {
                "operationId": "x",
                "requestBody": {"content": {name: {"schema": SCHEMA} for name in MEDIA_TYPES}},
                "responses": {
                    "200": {
                        "description": "Done.",
                        "content": {JSON: {"schema": SCHEMA, "examples": {"done": {"value": {}}}}},
                    }
                },
            }
        }
    },
}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract("any", DOCUMENT, "")


@pytest.fixture
def redaction(contract: Contract) -> Redaction:
    return Redaction([contract])


@pytest.fixture(scope="module")
def operation(contract: Contract) -> Operation:
    return contract.operations["x"]
