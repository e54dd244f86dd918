"""The request log."""

from __future__ import annotations

from collections.abc import Callable

import click
import orjson
import pytest

from crm_mocks.cli.request_log import json_line, place, safe, text_line
from crm_mocks.vendor import Vendor
from tests.conftest import Api

CONTACTS = "/toy/contacts"


def _line(toy: Api) -> str:
    (entry,) = toy.entries()
    return text_line(entry)


def _has(line: str, text: str, **style: object) -> bool:
    return click.style(text, **style) in line  # type: ignore[arg-type]  # style names as texts


def test_a_success_is_green(toy: Api) -> None:
    toy.post(CONTACTS, json={"email": "ada@example.com"})
    assert _has(_line(toy), "201 created", fg="green")
    assert click.unstyle(_line(toy)).startswith("12:00:00  POST   /toy/contacts  toy.createContact  201 created  ")


def test_a_violation_is_red_with_its_message(toy: Api) -> None:
    response = toy.post(CONTACTS, json={})
    line = _line(toy)
    assert f"\x1b[31m{response.status_code} " in line
    assert _has(line, "body.email: member 'email' is required", fg="red")


def test_a_forced_response_is_magenta_with_its_origin(toy: Api) -> None:
    toy.post(CONTACTS, json={"email": "ada@example.com"}, headers={"Prefer": "code=201"})
    line = _line(toy)
    assert _has(line, "201 created", fg="magenta")
    assert "forced by Prefer" in line


def test_a_path_of_no_vendor_is_dim_red(toy: Api) -> None:
    toy.get("/nowhere")
    assert _has(_line(toy), "404", fg="red", dim=True)
    assert "no vendor" in _line(toy)


def test_a_refusal_is_yellow(toy: Api) -> None:
    for _ in range(2):
        toy.post(CONTACTS, json={"email": "ada@example.com"})
    entry = toy.entries()[1]
    assert _has(text_line(entry), "409 duplicate", fg="yellow")


def test_a_session_is_named_unless_it_is_the_default(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    toy = api(toy_vendor)
    toy.get("/~mine/nowhere")
    (entry,) = toy.entries("mine")
    assert "no vendor ~mine" in text_line(entry)


def test_json_has_violations_but_no_secrets(toy: Api) -> None:
    toy.post(CONTACTS, json={}, headers={"X-Key": "demo-key"})
    line = json_line(toy.entries()[0])
    shown = orjson.loads(line)
    assert shown["operation"] == "toy.createContact"
    assert shown["violations"][0]["code"] == "required"
    assert "demo-key" not in line
    assert "\n" not in line


def test_control_characters_from_clients_are_escaped() -> None:
    assert safe("a\n\x1b[31m\u202eb") == "a\\n\\x1b[31m\\u202eb"
    assert len(safe("x" * 5000)) == 301


@pytest.mark.parametrize(
    ("location", "shown"),
    [(("body", "leads", 0, "email"), "body.leads[0].email"), (("body",), "body"), ((), "request")],
)
def test_locations_are_written_in_the_usual_notation(location: tuple[str | int, ...], shown: str) -> None:
    assert place(location) == shown


def test_a_refusal_in_the_body_of_a_success_is_yellow(api: Callable[..., Api]) -> None:
    leadbank = api("leadbank")
    leadbank.post("/api/leads/ValidateGetLeads", json=[4711])
    (entry,) = leadbank.entries()
    assert _has(text_line(entry), "200 unknown_lead", fg="yellow")
