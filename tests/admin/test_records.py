"""Reading, storing and deleting records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.admin.conftest import Control, refused
from tests.conftest import Api

CONTACTS = "records?vendor=toy&kind=contacts"
ADA = {"id": 7, "email": "ada@example.com"}
BOB = {"id": "b", "email": "bob@example.com"}


def test_stored_records_are_listed(control: Control) -> None:
    control.create("ada@example.com")
    assert control.get(CONTACTS).json() == {"records": [{"email": "ada@example.com", "id": 1}]}


def test_an_unused_session_has_no_records(control: Control) -> None:
    assert control.get(f"{CONTACTS}&session=new").json() == {"records": []}


def test_starting_records_exist_before_the_first_request(api: Callable[..., Api], toy_vendor: Any) -> None:
    seeded = Control(api(toy_vendor, records={"toy": {"contacts": [ADA]}}))
    assert seeded.get(CONTACTS).json() == {"records": [ADA]}


def test_one_record_is_found_by_its_key(control: Control) -> None:
    control.put(CONTACTS, [ADA, BOB])
    assert control.get(f"{CONTACTS}&key=7").json() == {"records": [ADA]}
    assert control.get(f"{CONTACTS}&key=b").json() == {"records": [BOB]}
    assert control.get(f"{CONTACTS}&key=c").status_code == 404


@pytest.mark.parametrize("body", [ADA, [ADA]])
def test_a_record_or_a_list_is_stored_and_the_mock_knows_it(control: Control, body: Any) -> None:
    assert control.put(CONTACTS, body).json() == {"stored": 1}
    assert control.create("ADA@example.com").status_code == 409


def test_a_record_with_the_same_key_is_replaced(control: Control) -> None:
    control.put(CONTACTS, ADA)
    control.put(f"{CONTACTS}&key=7", {"id": 7, "email": "eve@example.com"})
    assert control.get(CONTACTS).json()["records"] == [{"id": 7, "email": "eve@example.com"}]
    assert control.create("ada@example.com").status_code == 201


def test_without_a_kind_all_kinds_are_shown(control: Control) -> None:
    control.put(CONTACTS, ADA)
    assert control.get("records?vendor=toy").json() == {"records": {"contacts": [ADA]}}
    assert control.get("records").json() == {"records": {"toy": {"contacts": [ADA]}}}


def test_the_list_of_all_records_can_seed_another_mock(
    control: Control, api: Callable[..., Api], toy_vendor: Any
) -> None:
    control.put(CONTACTS, [ADA, BOB])
    other = Control(api(toy_vendor, records=control.get("records").json()["records"]))
    assert other.get(CONTACTS).json() == {"records": [ADA, BOB]}


def test_delete_removes_one_or_all(control: Control) -> None:
    control.put(CONTACTS, [ADA, BOB])
    assert control.delete(f"{CONTACTS}&key=7").json() == {"deleted": 1}
    assert control.delete(f"{CONTACTS}&key=7").status_code == 404
    assert control.create("ada@example.com").status_code == 201
    assert control.delete(CONTACTS).json() == {"deleted": 2}
    assert control.get(CONTACTS).json() == {"records": []}
    assert control.create("bob@example.com").status_code == 201


def test_sessions_have_separate_records(control: Control) -> None:
    control.put(f"{CONTACTS}&session=one", ADA)
    assert control.get(CONTACTS).json() == {"records": []}
    assert control.delete(CONTACTS).json() == {"deleted": 0}
    assert control.get(f"{CONTACTS}&session=one").json() == {"records": [ADA]}


@pytest.mark.parametrize(
    "body",
    [
        None,
        5,
        "x",
        [5],
        {},
        [ADA, {"email": "x"}],
        [ADA, None],
        {"id": None},
        {"id": True},
        {"id": []},
        {"id": 1.5},
    ],
)
def test_no_record_is_stored_unless_all_are_valid(control: Control, body: Any) -> None:
    refused(control.put(CONTACTS, body))
    assert control.get(CONTACTS).json() == {"records": []}


@pytest.mark.parametrize("body", [BOB, [ADA, ADA], []])
def test_a_key_in_the_url_must_match_the_single_record(control: Control, body: Any) -> None:
    refused(control.put(f"{CONTACTS}&key=7", body))


@pytest.mark.parametrize(
    "query",
    ["vendor=nobody&kind=contacts", "vendor=toy&kind=nothing", "vendor=nobody", "kind=contacts", "key=7", "x=1"],
)
def test_unknown_vendors_and_kinds_are_rejected(control: Control, query: str) -> None:
    refused(control.get(f"records?{query}"))
    refused(control.put(f"records?{query}", ADA))
    refused(control.delete(f"records?{query}"))


def test_storing_and_deleting_require_a_kind(control: Control) -> None:
    refused(control.put("records?vendor=toy", ADA))
    refused(control.delete("records?vendor=toy"))
    refused(control.delete("records"))
