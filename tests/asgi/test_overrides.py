"""Response overrides: queue, preferences, magic values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm_mocks.faults import Fault
from crm_mocks.state.response_queue import QueuedResponse
from tests.conftest import Api

CONTACTS = "/toy/contacts"
GOOD = {"email": "ada@example.com"}


def queue(api: Api, **entry: Any) -> None:
    api.app.mock_app.sessions.get("default").queue.add(QueuedResponse("1", "toy.createContact", **entry))


def test_a_preferred_status_gets_its_first_example(toy: Api) -> None:
    response = toy.post(CONTACTS, json=GOOD, headers={"Prefer": "code=409"})
    assert (response.status_code, response.json()) == (409, {"error": "duplicate contact"})
    assert response.headers["preference-applied"] == "code=409"


def test_a_preferred_example_gets_its_status(toy: Api) -> None:
    assert toy.post(CONTACTS, json=GOOD, headers={"Prefer": 'example="crash"'}).status_code == 500


def test_the_query_works_like_the_header(toy: Api) -> None:
    response = toy.post(f"{CONTACTS}?__code=409&__example=duplicate", json=GOOD)
    assert response.status_code == 409
    assert response.headers["preference-applied"] == "code=409, example=duplicate"


@pytest.mark.parametrize(
    "prefer",
    [
        "code=418",
        "code=x",
        "example=nothing",
        "code=401, example=duplicate",
        "seed=x",
        "seed=--1",
        "seed=-",
        "code=" + "9" * 5000,
    ],
)
def test_undocumented_preferences_are_rejected_with_the_documented_ones(toy: Api, prefer: str) -> None:
    response = toy.post(CONTACTS, json=GOOD, headers={"Prefer": prefer})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    if not prefer.startswith("seed"):
        assert response.json()["documented"]["409"] == ["duplicate"]
    assert toy.records("contacts") == []


@pytest.mark.parametrize("prefer", ["respond-async", "wait=10", "code", ""])
def test_other_preferences_are_ignored(toy: Api, prefer: str) -> None:
    response = toy.post(CONTACTS, json=GOOD, headers={"Prefer": prefer})
    assert response.status_code == 201
    assert "preference-applied" not in response.headers


def test_a_forced_response_stores_nothing(toy: Api) -> None:
    toy.post(CONTACTS, json=GOOD, headers={"Prefer": "code=201"})
    assert toy.records("contacts") == []


def test_a_forced_response_does_not_hide_violations(toy: Api) -> None:
    response = toy.post(CONTACTS, json={"email": 1}, headers={"Prefer": "code=201"})
    assert response.status_code == 201
    assert [each.rule for each in toy.entries()[0].violations] == ["type"]
    assert "sl-violations" in response.headers


def test_dynamic_requests_a_success(toy: Api) -> None:
    response = toy.post(CONTACTS, json=GOOD, headers={"Prefer": "dynamic=true"})
    assert response.status_code == 201


@pytest.mark.parametrize("email", ["mock-duplicate@example.com", "ada+mock-409@example.com", "mock-duplicate"])
def test_a_magic_value_selects_by_name_or_status(toy: Api, email: str) -> None:
    response = toy.post(CONTACTS, json={"email": email})
    assert (response.status_code, toy.entries()[0].chosen_by) == (409, "magic")


@pytest.mark.parametrize("email", ["mock-nothing@example.com", "amock-409@example.com", "mock-409x@example.com"])
def test_similar_values_are_not_magic(toy: Api, email: str) -> None:
    assert toy.post(CONTACTS, json={"email": email}).status_code == 201


def test_a_queued_response_is_used_once(toy: Api) -> None:
    queue(toy, status=409)
    assert [toy.post(CONTACTS, json=GOOD).status_code for _ in range(2)] == [409, 201]


def test_a_queued_response_is_used_as_often_as_times_says(toy: Api) -> None:
    queue(toy, example="crash", times=2)
    assert [toy.post(CONTACTS, json=GOOD).status_code for _ in range(3)] == [500, 500, 201]


def test_the_queue_takes_precedence_over_preferences_and_magic_values(toy: Api) -> None:
    queue(toy, status=401)
    response = toy.post(CONTACTS, json={"email": "mock-409@x.org"}, headers={"Prefer": "code=500"})
    assert response.status_code == 401


def test_a_queued_response_waits_for_a_matching_request(toy: Api) -> None:
    queue(toy, status=409, match={"email": "eve@example.com"})
    assert toy.post(CONTACTS, json=GOOD).status_code == 201
    assert toy.post(CONTACTS, json={"email": "eve@example.com"}).status_code == 409


def test_a_queued_response_may_be_undocumented(toy: Api) -> None:
    queue(toy, status=418, body={"any": ["thing"]}, has_body=True, headers=[("X-Tea", "pot")])
    response = toy.post(CONTACTS, json=GOOD)
    assert (response.status_code, response.json()) == (418, {"any": ["thing"]})
    assert response.headers["x-tea"] == "pot"


def test_a_queued_status_without_body_has_none(toy: Api) -> None:
    queue(toy, status=502)
    response = toy.post(CONTACTS, json=GOOD)
    assert (response.status_code, response.content) == (502, b"")


def test_a_response_of_phase_after_is_sent_after_the_record_is_stored(toy: Api) -> None:
    queue(toy, status=500, after_processing=True)
    assert toy.post(CONTACTS, json=GOOD).status_code == 500
    assert len(toy.records("contacts")) == 1


def test_a_queued_delay_keeps_the_mocks_own_response(toy: Api) -> None:
    queue(toy, delay_ms=20, headers=[("X-Slow", "yes")])
    response = toy.post(CONTACTS, json=GOOD)
    assert (response.status_code, response.headers["x-slow"]) == (201, "yes")


def test_the_journal_shows_how_a_response_was_chosen(toy: Api) -> None:
    queue(toy, status=409)
    toy.post(CONTACTS, json=GOOD)
    toy.post(CONTACTS, json=GOOD, headers={"Prefer": "code=409"})
    toy.post(CONTACTS, json=GOOD)
    assert [(each.chosen_by, each.outcome) for each in toy.entries()] == [
        ("queue", "duplicate"),
        ("Prefer", "duplicate"),
        ("mock", "created"),
    ]


def test_a_fault_on_a_server_without_fault_injector_is_a_500(toy: Api) -> None:
    queue(toy, fault=Fault.EMPTY_RESPONSE)
    response = toy.post(CONTACTS, json=GOOD)
    assert (response.status_code, response.headers["content-type"]) == (500, "application/problem+json")
    assert "crm-mocks' own server" in response.json()["detail"]
    assert toy.records("contacts") == []
    assert toy.post(CONTACTS, json=GOOD).status_code == 201


@pytest.mark.parametrize("word", ["mock-fault-nothing", "mock-fault-", "mock-fault-TIMEOUT", "mock-fault_timeout"])
def test_similar_values_are_not_faults(toy: Api, word: str) -> None:
    assert toy.post(CONTACTS, json={"email": f"{word}@example.com"}).status_code == 201


def test_a_magic_value_of_thousands_of_digits_is_ignored(toy: Api) -> None:
    assert toy.post(CONTACTS, json={"email": f"ada+mock-{'9' * 5000}@example.com"}).status_code == 201


@pytest.mark.parametrize(("outcome", "refused"), [("unknown_lead", True), ("confirmed", False)])
def test_a_forced_refusal_in_the_body_of_a_success_is_journalled_as_a_refusal(
    api: Callable[..., Api], outcome: str, refused: bool
) -> None:
    leadbank = api("leadbank")
    response = leadbank.post("/api/leads/ValidateGetLeads", json=[1], headers={"Prefer": f"example={outcome}"})
    assert response.status_code == 200
    (entry,) = leadbank.app.mock_app.sessions.get("default").journal.entries()
    assert entry.refused is refused
