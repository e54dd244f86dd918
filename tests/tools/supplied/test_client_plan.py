"""The plan has the mistakes that the contract forbids, and no others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tools.supplied.client_plan import make_plan

CONTACT = {
    "type": "object",
    "required": ["name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
}
KEY = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}


def content(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def plan(folder: Path, schema: Any, **parts: Any) -> dict[str, Any]:
    one, many = {"description": "", **content(schema)}, {"description": "", **content({"items": schema})}
    body = {"requestBody": content(schema)}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "CRM", "version": "1"},
        "paths": {
            "/contacts": {"post": {**body, "responses": {"201": one}}, "get": {"responses": {"200": many}}},
            "/contacts/{id}": {
                "parameters": [KEY],
                "get": {"responses": {"200": one}},
                "put": {**body, "responses": {"200": one}},
                "delete": {"responses": {"204": {"description": ""}}},
            },
        },
        **parts,
    }
    file = folder / "crm.json"
    file.write_text(json.dumps(document), "utf-8")
    return make_plan(file)


def test_a_record_is_created_read_listed_changed_and_deleted(tmp_path: Path) -> None:
    steps = [step["action"] for step in plan(tmp_path, CONTACT)["steps"]]
    assert steps == ["create", "read", "list", "replace", "read", "delete", "read"]


def test_the_provider_chooses_the_key(tmp_path: Path) -> None:
    assert plan(tmp_path, CONTACT)["steps"][0]["body"].keys() == {"name"}


def test_a_key_that_the_contract_requires_is_sent(tmp_path: Path) -> None:
    contact = {**CONTACT, "required": ["id", "name"]}
    assert plan(tmp_path, contact)["steps"][0]["body"].keys() == {"id", "name"}


def test_a_required_member_is_left_out(tmp_path: Path) -> None:
    assert plan(tmp_path, CONTACT)["mistakes"]["missing-member"] == {"body": {}}


def test_a_member_has_the_wrong_type(tmp_path: Path) -> None:
    assert plan(tmp_path, CONTACT)["mistakes"]["wrong-type"]["body"]["id"] == [{"x": 1}]


def test_what_the_contract_permits_is_no_mistake(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"id": {}, "name": {}}}
    assert list(plan(tmp_path, schema)["mistakes"]) == ["wrong-path"]


@pytest.mark.parametrize(("security", "found"), [([{"key": []}], True), ([{"key": []}, {}], False)])
def test_a_credential_is_left_out_where_one_is_required(tmp_path: Path, security: Any, *, found: bool) -> None:
    scheme = {"type": "apiKey", "in": "header", "name": "X-Key"}
    parts = {"security": security, "components": {"securitySchemes": {"key": scheme}}}
    assert ("no-credential" in plan(tmp_path, CONTACT, **parts)["mistakes"]) is found
