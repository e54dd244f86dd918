"""The request log."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import click
import orjson
import pytest

from crm_mocks.cli.announce import start_log
from crm_mocks.cli.request_log import json_line, place, safe, text_line
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.vendor import Vendor
from crm_mocks.violations import Violation
from tests.conftest import Api

CONTACTS = "/toy/contacts"


def _line(toy: Api) -> str:
    (entry,) = toy.entries()
    return text_line(entry)


def _has(line: str, text: str, **style: object) -> bool:
    return click.style(text, **style) in line  # type: ignore[arg-type]  # style names as texts


def test_a_success_is_green(toy: Api) -> None:
    toy.post(CONTACTS, json={"email": "ada@example.com"})
    assert _has(_line(toy), "201", fg="green")
    assert _has(_line(toy), "created", fg="green")
    line = re.sub(r" +[0-9]+(?:\.[0-9])?ms", " 1ms", click.unstyle(_line(toy)))
    assert line == "12:00:00 201 1ms POST   /toy/contacts         toy.createContact created"


def test_a_violation_is_red_with_its_message(toy: Api) -> None:
    response = toy.post(CONTACTS, json={})
    line = _line(toy)
    assert _has(line, str(response.status_code), fg="red")
    assert _has(line, "body.email: member 'email' is required", fg="red")


def test_a_forced_response_is_magenta_with_its_origin(toy: Api) -> None:
    toy.post(CONTACTS, json={"email": "ada@example.com"}, headers={"Prefer": "code=201"})
    line = _line(toy)
    assert _has(line, "201", fg="magenta")
    assert _has(line, "created", fg="magenta")
    assert "forced by Prefer" in line


def test_a_path_of_no_vendor_is_dim_red(toy: Api) -> None:
    toy.get("/nowhere")
    assert _has(_line(toy), "404", fg="red", dim=True)
    assert "no vendor" in _line(toy)


def test_a_refusal_is_yellow(toy: Api) -> None:
    for _ in range(2):
        toy.post(CONTACTS, json={"email": "ada@example.com"})
    entry = toy.entries()[1]
    assert _has(text_line(entry), "409", fg="yellow")
    assert _has(text_line(entry), "duplicate", fg="yellow")


def test_a_session_is_named_unless_it_is_the_default(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    toy = api(toy_vendor)
    toy.get("/~mine/nowhere")
    (entry,) = toy.entries("mine")
    assert "no vendor ~mine" in click.unstyle(text_line(entry))


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
    assert _has(text_line(entry), "unknown_lead", fg="yellow")


def _entry(**changed: Any) -> JournalEntry:
    """Return an entry as the Config API would have it."""
    values: dict[str, Any] = {
        "id": "default-1",
        "number": 1,
        "session": "default",
        "at": "2026-01-31T12:00:00+00:00",
        "vendor": "crm",
        "operation": "crm.createLead",
        "method": "POST",
        "path": "/v1/leads/create",
        "query": "",
        "request_headers": [],
        "request_body": b"",
        "status": 201,
        "outcome": "created",
        "response_headers": [],
        "response_body": b"",
        "chosen_by": "mock",
        "violations": [],
        "notices": [],
        "digest": "",
        "milliseconds": 1.23,
    }
    return JournalEntry(**(values | changed))


def _shown(width: int, similar: str = "", **changed: Any) -> list[str]:
    return click.unstyle(text_line(_entry(**changed), similar, width)).split("\n")


def test_lines_are_aligned_at_80_columns() -> None:
    assert [
        *_shown(80),
        *_shown(80, method="DELETE", path="/v1/leads", status=204, outcome="", milliseconds=1234),
        *_shown(80, method="GET", path="/v1/leads", status=0, outcome="", fault="TIMEOUT", milliseconds=30_000),
        *_shown(80, "POST /v1/leads/create", path="/v1/leads/creat", operation="", status=404, outcome=""),
    ] == [
        "12:00:00 201 1.2ms POST   /v1/leads/create      crm.createLead created",
        "12:00:00 204  1.2s DELETE /v1/leads             crm.createLead",
        "12:00:00   - 30.0s GET    /v1/leads             crm.createLead TIMEOUT",
        "12:00:00 404 1.2ms POST   /v1/leads/creat    did you mean POST /v1/leads/create?",
    ]


_VIOLATION = Violation(("body", "email"), "format", "'ada at example.com' is not an email address, " * 3)
_LONG = {
    "path": f"/v1/leads/{'a1b2c3d4' * 12}",
    "session": f"checkout-{'x' * 40}",
    "violations": [_VIOLATION],
    "chosen_by": "queue",
}


@pytest.mark.parametrize("width", [20, 40, 80, 120, 300])
def test_lines_fit_the_terminal_and_break_no_value(width: int) -> None:
    lines = _shown(width, **_LONG)
    words = " ".join(lines).split()
    assert all(len(line) <= width or len(line.split()) == 1 for line in lines[1:])
    assert len(lines[0]) <= max(width, 26)  # time to method
    assert _LONG["path"] in words
    assert f"~{_LONG['session']}" in words
    assert " ".join(words).count("'ada at example.com' is not an email address") == 3


def test_without_a_terminal_an_exchange_is_one_line() -> None:
    line = text_line(_entry(**_LONG))
    assert "\n" not in line
    assert "forced by queue" in line


def test_a_request_that_matches_nothing_names_the_most_similar_operation(
    toy: Api, capfd: pytest.CaptureFixture[str]
) -> None:
    prepared = SimpleNamespace(application=SimpleNamespace(mock_app=toy.app.mock_app))
    writer = start_log(prepared, "text")  # type: ignore[arg-type]  # all that it reads
    toy.post("/toy/contact", json={})
    writer.flush()
    assert "POST   /toy/contact          did you mean POST /toy/contacts?" in capfd.readouterr().err
