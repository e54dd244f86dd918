"""Requests that match no operation, with suggestions."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest

from crm_mocks.asgi.near_misses import most_similar
from tests.admin.conftest import CONTACTS, OPERATION, Control


def unmatched(control: Control, query: str = "") -> list[dict[str, Any]]:
    response = control.get(f"requests/unmatched{query}")
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["requests"]
    return found


@pytest.mark.parametrize("path", ["/toy/contact", "/api/toy/contacts", "/toy/contacts/", "/Toy/Contacts", "/contacts"])
def test_a_misspelt_path_suggests_similar_ones(control: Control, path: str) -> None:
    control.api.post(path, json={"email": "ada@example.com"})
    [entry] = unmatched(control)
    [near] = entry["near_misses"]
    assert (near["operation"], near["method"], near["path"]) == (OPERATION, "POST", CONTACTS)
    assert 0.5 <= near["likeness"] <= 1


def test_a_path_that_lacks_a_long_beginning_is_similar() -> None:
    operation = SimpleNamespace(key="big.list", method="GET", path="/services/data/version-58/objects/leads")
    contract: Any = MagicMock(operations={"list": operation})
    assert most_similar("GET", "/leads", [contract]) == "GET /services/data/version-58/objects/leads"
    assert most_similar("GET", "/", [contract]) == ""


def test_the_response_to_a_path_of_no_vendor_names_the_most_similar(control: Control) -> None:
    assert control.api.post("/contacts").json()["detail"] == (
        f"no vendor has this path: did you mean POST {CONTACTS}? GET / lists the vendors"
    )
    assert control.api.get("/xyzzy").json()["detail"] == "no vendor has this path: GET / lists the vendors"


def test_a_wrong_method_suggests_the_right_one(control: Control) -> None:
    control.api.get(CONTACTS)
    [entry] = unmatched(control)
    assert entry["near_misses"] == [{"operation": OPERATION, "method": "POST", "path": CONTACTS, "likeness": 1.0}]


def test_a_dissimilar_path_suggests_none(control: Control) -> None:
    control.api.get("/xyzzy/" + "q" * 5000)
    assert [entry["near_misses"] for entry in unmatched(control)] == [[]]


def test_matched_requests_are_not_listed(control: Control) -> None:
    control.create()
    control.create(5)
    assert unmatched(control) == []


def test_session_and_limit_filter_the_list(control: Control) -> None:
    for path in ("/a", "/b", "/~other/c"):
        control.api.get(path)
    assert [entry["request"]["path"] for entry in unmatched(control)] == ["/a", "/b"]
    assert [entry["request"]["path"] for entry in unmatched(control, "?session=*&limit=2")] == ["/b", "/c"]
    assert unmatched(control, "?session=never-used") == []
