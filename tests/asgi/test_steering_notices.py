"""Misspelt preferences and magic values, and unknown parameters, get a notice with the nearest name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Api

CONTACTS = "/toy/contacts"


def notices(api: Api, path: str = CONTACTS, email: str = "ada@example.com", **headers: str) -> list[tuple[Any, ...]]:
    """Create a contact; return kind, location and message of the notices."""
    assert api.post(path, json={"email": email}, headers=headers).status_code == 201
    (entry,) = api.get("/__admin/requests").json()["requests"]
    return [(each["kind"], *each["location"][1:], each["message"]) for each in entry["notices"]]


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("mock-409x", "mock-409"),
        ("mock-duplicat", "mock-duplicate"),
        ("Mock_duplicate", "mock-duplicate"),
        ("mock409", "mock-409"),
        ("mock-fault-timout", "mock-fault-timeout"),
        ("ada+mock-fault_timeout", "mock-fault-timeout"),
    ],
)
def test_a_misspelt_magic_value_gets_a_notice_with_the_nearest(toy: Api, word: str, nearest: str) -> None:
    kind, place, found, message = notices(toy, email=f"{word}@example.com")[0]
    assert (kind, place, found) == ("magic", "magic value", word.removeprefix("ada+"))
    assert message.endswith(f"is no magic value of toy.createContact: did you mean '{nearest}'?")


def test_an_undocumented_status_as_a_magic_value_gets_a_notice(toy: Api) -> None:
    ((_, _, _, message),) = notices(toy, email="mock-222@example.com")
    assert message == "'mock-222' is no magic value of toy.createContact: it documents no such status"


@pytest.mark.parametrize("email", ["mock-user@example.com", "mockingbird@example.com", "ada@mock.example.com"])
def test_other_values_get_no_notice(toy: Api, email: str) -> None:
    assert notices(toy, email=email) == []


def test_a_misspelt_query_preference_gets_a_notice(toy: Api) -> None:
    assert notices(toy, f"{CONTACTS}?__cod=409") == [
        ("preference", "query", "__cod", "unknown preference '__cod' (did you mean '__code'?)")
    ]


def test_an_unknown_query_parameter_gets_a_notice(toy: Api) -> None:
    assert notices(toy, f"{CONTACTS}?page=2") == [
        ("undocumented", "query", "page", "parameter 'page' is not in the contract")
    ]


def test_many_unknown_query_parameters_get_few_notices(toy: Api) -> None:
    query = "&".join(f"p{number}=1" for number in range(1000))
    assert len(notices(toy, f"{CONTACTS}?{query}")) == 20


def test_an_unknown_preference_gets_a_notice(toy: Api) -> None:
    found = notices(toy, Prefer="cod=409, exemple=duplicate; fast=1")
    assert [message for *_, message in found] == [
        "unknown preference 'cod' (did you mean 'code'?)",
        "unknown preference 'exemple' (did you mean 'example'?)",
        "unknown preference 'fast': known are code, example, dynamic, seed",
    ]


@pytest.mark.parametrize("prefer", ["return=minimal", "respond-async, wait=10", "handling=lenient", "dynamic=no", ""])
def test_standard_preferences_get_no_notice(toy: Api, prefer: str) -> None:
    assert notices(toy, Prefer=prefer) == []
