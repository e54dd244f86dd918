"""What a contract from outside says is printed without control characters, and is no command of a build server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crm_mocks.cli import main

ODD = "X\x1b]0;title\x07\n::error::pwned\u202e##vso[task]"
COMMANDS = (
    ("list", "./crm.json"),
    ("examples", "./crm.json", "--all"),
    ("settings", "./crm.json"),
    ("lint", "./crm.json"),
    ("lint", "./crm.json", "--format=github"),
    ("diff", "./crm.json", "./other.json"),
    ("diff", "./other.json", "./crm.json"),
    ("push", "./crm.json", "--to=http://127.0.0.1:1", "--list-cases"),
    ("check", "./traffic.json", "--vendor=./crm.json"),
)


def contract(text: str) -> dict[str, Any]:
    """Return a contract that has a text wherever one may stand."""
    body = {
        "schema": {"type": "object", "properties": {text: {"type": "string", "pattern": f"(?={text})"}}},
        "examples": {text: {"summary": text, "value": {text: text}}},
    }
    response = {"description": text, "headers": {text: {"schema": {}}}, "content": {"application/json": body}}
    operation = {
        "operationId": text,
        "summary": text,
        "parameters": [{"name": text, "in": each, "required": True, "schema": {}} for each in ("query", "header")],
        "requestBody": {"content": {"application/json": body, text: body}},
        "responses": {"200": response, text: response},
        "callbacks": {text: {text: {"post": {"responses": {"200": response}}}}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": text, "version": text},
        "tags": [{"name": text}],
        "servers": [{"url": f"/{text}"}],
        "paths": {f"/{text}": {"post": operation}, "/other": {"get": {"operationId": "other", "responses": {}}}},
        "webhooks": {text: {"post": {"summary": text, "responses": {"200": response}}}},
    }


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_text_of_a_contract_controls_a_terminal_or_build_server(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "crm.json").write_text(json.dumps(contract(ODD)))
    (tmp_path / "other.json").write_text(json.dumps(contract("other")))
    request = {"method": "POST", "url": "http://crm.example/other", "headers": []}
    entry = {"request": request, "response": {"status": 200, "headers": [], "content": {}}}
    (tmp_path / "traffic.json").write_text(json.dumps({"log": {"version": "1.2", "entries": [entry]}}))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, arguments, color=True)
    assert done.exit_code in (0, 1), done.output
    printed = done.stdout + done.stderr
    assert "\x1b]" not in printed
    assert "\n::error::pwned" not in printed
    if arguments[0] != "examples":  # what is sent stays as it is
        assert "\u202e" not in printed
        assert "##vso[" not in printed
