"""`crm-mocks examples`: what it prints runs in a shell."""

from __future__ import annotations

import shutil
import subprocess

import pytest

import crm_mocks
from crm_mocks.cli.credentials import demo_credentials
from crm_mocks.cli.curl import ExampleRequest, RequestCredentials, curl, placeholders, word
from crm_mocks.cli.examples import Examples
from crm_mocks.vendor import Vendor, load_vendor, vendor_names

URL = "http://127.0.0.1:4010"


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
    assert _shell(f"printf %s {word(text)}") == text


def test_a_placeholder_becomes_a_variable() -> None:
    assert _shell(f'token="it\'s me"; printf %s {word("<{{token}}>")}') == "<it's me>"
    assert placeholders({"a": ["{{b}}", "x{{c}}"]}) == {"b", "c"}


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
