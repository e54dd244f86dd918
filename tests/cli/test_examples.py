"""`crm-mocks examples`: what it prints runs in a shell."""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx
import pytest

import crm_mocks
from crm_mocks.cli.credentials import demo_credentials
from crm_mocks.cli.curl import ExampleRequest, RequestCredentials, curl, word_with_variables
from crm_mocks.cli.examples import Examples
from crm_mocks.cli.new_vendor import write_vendor
from crm_mocks.vendor import Vendor, load_vendor, vendor_names
from tests.generic.small_crm import vendor as supplied

URL = "http://127.0.0.1:4010"
OK = SimpleNamespace(status_code=200, text="")


def _request(body: object, media_type: str = "application/json") -> ExampleRequest:
    return ExampleRequest("POST", "/x", {}, {}, media_type, body)


def _shell(script: str) -> str:
    return subprocess.run(
        ["sh", "-euc", script], check=True, capture_output=True, text=True, timeout=120
    ).stdout  # fmt: skip


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("name", vendor_names())
def test_every_example_gets_the_response_it_names(name: str) -> None:
    """Each command runs unchanged, except that curl fails on an error status."""
    with crm_mocks.serve(name, seed=1, port=0, now="2026-01-31T12:00:00Z") as mocks:
        commands = list(Examples(load_vendor(name), mocks.url).commands())
        _shell("\n".join(commands).replace("curl -sS", "curl -sSf"))
        journal = list(mocks.mock_app.sessions.get("default").journal.entries())
        operations = mocks.mock_app.contracts[name].operations.values()
    assert {each.operation for each in journal} == {each.key for each in operations}
    assert not [(each.operation, each.outcome, each.violations) for each in journal if each.violations]


@pytest.mark.parametrize("name", vendor_names())
def test_all_examples_of_the_contract_can_be_printed(name: str) -> None:
    vendor = load_vendor(name)
    printed = "\n".join(Examples(vendor, URL).commands(everything=True))
    contract = vendor.contract_file.in_force(vendor.settings_type())
    for operation in contract.operations.values():
        for example in operation.body.examples if operation.body else ():
            assert f"# {operation.id}: {example}" in printed


def test_the_output_can_be_limited_to_one_operation(toy_vendor: Vendor) -> None:
    (command,) = Examples(toy_vendor, URL).commands("createContact")
    assert command.startswith("# createContact: created (201)\ncurl -sS http://127.0.0.1:4010/toy/contacts \\\n")
    assert "-H 'X-Key: demo-key'" in command


@pytest.mark.parametrize("text", ["it's", '"quoted" $HOME `id` \\', "a\nb", "", "ünï", "{{not a name}}", "*"])
def test_quoted_texts_survive_the_shell(text: str) -> None:
    assert _shell(f"printf %s {word_with_variables(text)}") == text


def test_a_placeholder_becomes_a_variable() -> None:
    assert _shell(f'token="it\'s me"; printf %s {word_with_variables("<{{token}}>")}') == "<it's me>"
    assert _request({"a": ["{{b}}", "x{{c}}"]}).placeholders == {"b", "c"}


TEXTS = """{{token}} {1+1} $HOME `id` it's " [a] %s \\n !x @file"""


def _contract(media_type: str) -> dict[str, Any]:
    """Return a contract with texts of template languages wherever an example can have them."""
    content = {media_type: {"schema": {"type": "object"}, "examples": {"one": {"value": {"token": TEXTS}}}}}
    places = {"id": "path", "f[x]": "query", "X-Note": "header"}
    parameters = [
        {"name": name, "in": place, "required": True, "schema": {"type": "string"}, "example": TEXTS}
        for name, place in places.items()
    ]
    operation = {
        "operationId": "putNote",
        "parameters": parameters,
        "requestBody": {"content": content},
        "responses": {"200": {"description": "stored"}},
    }
    return {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/notes/{id}": {"put": operation}}}


@pytest.mark.parametrize("media_type", ["application/json", "application/x-www-form-urlencoded"])
def test_texts_of_a_contract_of_a_user_are_sent_as_they_are(media_type: str) -> None:
    (command,) = Examples(supplied(_contract(media_type)), URL).commands()
    arguments = _shell("curl() { printf '%s\\0' \"$@\"; }\n" + command).split("\0")
    encoded = quote(TEXTS, safe="")
    assert "--globoff" in arguments  # curl takes brackets and braces in a URL for patterns
    assert f"{URL}/notes/{encoded}?f[x]={encoded}" in arguments
    assert f"X-Note: {TEXTS}" in arguments
    if media_type == "application/json":
        assert {"token": TEXTS} in [json.loads(each) for each in arguments if each.startswith("{")]
    else:
        assert f"token={TEXTS}" in arguments


def test_the_test_of_a_new_vendor_sends_texts_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.json").write_text(json.dumps(_contract("application/json")), "utf-8")
    folder = write_vendor("notes", tmp_path / "c.json", tmp_path)
    written = runpy.run_path(str(folder / "tests" / "test_notes.py"))
    sent: list[tuple[Any, Any]] = []
    monkeypatch.setattr(httpx, "request", lambda *arguments, **others: sent.append((arguments, others)) or OK)
    written["test_put_note"](SimpleNamespace(url=URL, requests=[SimpleNamespace(operation="notes.putNote")]))
    ((arguments, others),) = sent
    assert arguments == ("PUT", f"{URL}/notes/{quote(TEXTS, safe='')}")
    assert others == {"params": {"f[x]": TEXTS}, "headers": {"X-Note": TEXTS}, "json": {"token": TEXTS}}


def test_a_form_is_sent_field_by_field() -> None:
    command = curl(URL, _request({"a b": "c&d"}, "application/x-www-form-urlencoded"), RequestCredentials())
    assert "--data-urlencode 'a%20b=c&d'" in command


def test_a_small_body_stays_on_one_line() -> None:
    assert """--data-raw '{"a":1}'""" in curl(URL, _request({"a": 1}), RequestCredentials())


BASIC = {"type": "http", "scheme": "basic"}
KEY = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}


@pytest.mark.parametrize(
    ("demo", "schemes", "security", "expected"),
    [
        ({"username": "u", "password": "p"}, {"basic": BASIC}, [{"basic": []}], RequestCredentials(user="u:p")),
        (
            {"web API key": "k", "username": "u"},
            {"webApiKey": BASIC},
            [{"webApiKey": []}],
            RequestCredentials(user="k:"),
        ),
        ({"x-api-key": "k"}, {"Key": KEY}, [{"Key": []}], RequestCredentials(headers={"X-Api-Key": "k"})),
        ({"key": "k"}, {"Key": {**KEY, "in": "query"}}, [{"Key": []}], RequestCredentials(query={"X-Api-Key": "k"})),
        ({"username": "u", "password": "p"}, {"basic": BASIC}, [{}, {"basic": []}], RequestCredentials()),
        (
            {"username": "u", "password": "p"},
            {"o": {"type": "oauth2"}, "b": BASIC},
            [{"o": []}, {"b": []}],
            RequestCredentials(user="u:p"),
        ),
        ({}, {"b": BASIC}, [{"b": []}], RequestCredentials()),
    ],
    ids=["basic", "key as user", "header", "query", "none needed", "second alternative", "none there"],
)
def test_demo_credentials_are_found_by_security_scheme(demo, schemes, security, expected) -> None:
    assert demo_credentials(demo, schemes, security) == expected
