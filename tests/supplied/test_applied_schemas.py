"""A contract of which a request could take years to validate is refused; shared schemas and cycles are not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crm_mocks.errors import ContractError
from crm_mocks.supplied import read_contract


def contract(tmp_path: Path, schemas: dict[str, Any]) -> Path:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}}
    operation = {"operationId": "send", "requestBody": body, "responses": {"200": {"description": "Stored."}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Toy", "version": "1"},
        "paths": {"/a": {"post": operation}},
        "components": {"schemas": schemas},
    }
    path = tmp_path / "toy.json"
    path.write_text(json.dumps(document, indent=1))
    return path


def chain(keyword: str, length: int, width: int) -> dict[str, Any]:
    last: dict[str, Any] = {f"S{length}": {"type": "string"}}
    return {
        f"S{number}": {keyword: [{"$ref": f"#/components/schemas/S{number + 1}"}] * width} for number in range(length)
    } | last


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_schemas_that_multiply_are_refused(keyword: str, tmp_path: Path) -> None:
    path = contract(tmp_path, chain(keyword, 40, 2))
    with pytest.raises(ContractError, match=r"toy\.json, line [0-9]+: more than 10000 schemas apply to one value"):
        read_contract(path, "toy")


def test_a_long_chain_is_no_multiplication(tmp_path: Path) -> None:
    assert read_contract(contract(tmp_path, chain("allOf", 40, 1)), "toy").published


def test_a_schema_that_contains_itself_is_none(tmp_path: Path) -> None:
    schemas = {"S0": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/components/schemas/S0"}}]}}
    assert read_contract(contract(tmp_path, schemas), "toy").published
