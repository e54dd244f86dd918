"""As many cases are sent as were asked for, spread over operations and modes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.supplied.served_contract import serve

send_cases = pytest.importorskip("tools.supplied.schemathesis_cases", reason="needs the extra `verify`").send_cases

CONTACT = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
CONTENT = {"content": {"application/json": {"schema": CONTACT}}}
SUCCESS = {"description": "", **CONTENT}
OWNER = {"$ref": "https://example.com/common.json#/components/schemas/Owner"}
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "CRM", "version": "1"},
    "paths": {
        "/ping": {"get": {"responses": {"200": {"description": ""}}}},
        "/contacts": {
            "post": {
                "requestBody": {"required": True, **CONTENT},
                "responses": {"201": SUCCESS},
            },
            "get": {
                "parameters": [{"name": "owner", "in": "query", "schema": OWNER}],
                "responses": {"200": SUCCESS},
            },
        },
    },
}


def test_the_number_of_cases_is_reached_although_an_operation_has_only_one(tmp_path: Path) -> None:
    file = tmp_path / "crm.json"
    file.write_text(json.dumps(DOCUMENT), "utf-8")
    with serve(file) as (_, url):
        result = send_cases(url, DOCUMENT, 30, 60)
    assert (result.sent, result.failures, result.not_made) == (30, [], [])
    assert 0 < result.successes < 30


def test_cases_go_to_the_server_of_their_operation(tmp_path: Path) -> None:
    ping = {"servers": [{"url": "https://files.example.com/v2"}], "responses": {"200": {"description": ""}}}
    document = {**DOCUMENT, "servers": [{"url": "https://example.com/v1"}], "paths": {"/ping": {"get": ping}}}
    file = tmp_path / "crm.json"
    file.write_text(json.dumps(document), "utf-8")
    with serve(file) as (_, url):
        result = send_cases(url, document, 1, 60)
    assert (result.sent, result.successes) == (1, 1)
