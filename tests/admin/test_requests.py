"""Reading the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.spill_file import SpillBlock, SpillFile
from crm_mocks.vendor import Vendor
from tests.admin.conftest import CONTACTS, OPERATION, Control, refused
from tests.conftest import Api


@pytest.fixture
def used(control: Control) -> Control:
    """Four exchanges in `default`: created, duplicate, invalid, unknown path; and one in `other`."""
    control.create("ada@example.com")
    control.create("ada@example.com")
    control.create(5)
    control.api.get("/toy/contact")
    control.create("bob@example.com", session="other")
    return control


def ids(response: Any) -> list[str]:
    assert response.status_code == 200, response.text
    return [each["id"] for each in response.json()["requests"]]


def test_the_journal_of_the_default_session_is_shown_the_oldest_first(used: Control) -> None:
    response = used.get("requests")
    assert ids(response) == ["default-1", "default-2", "default-3", "default-4"]
    assert response.json()["meta"] == {"total": 4}


def test_an_entry_shows_request_and_answer(used: Control) -> None:
    entry = used.get("requests").json()["requests"][0]
    assert (entry["vendor"], entry["operation"]) == ("toy", OPERATION)
    assert (entry["request"]["method"], entry["request"]["path"]) == ("POST", CONTACTS)
    assert entry["request"]["body"] == '{"email":"ada@example.com"}'
    assert (entry["answer"]["status"], entry["answer"]["outcome"]) == (201, "created")


def test_secrets_are_redacted_and_published_credentials_kept(used: Control) -> None:
    used.api.get("/toy/contact", headers={"X-Key": "my-own-key"})
    text = used.get("requests").text
    assert "my-own-key" not in text
    assert "demo-key" in text


def test_control_requests_are_not_journalled(used: Control) -> None:
    used.get("version")
    assert used.get("requests").json()["meta"]["total"] == 4


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("session=other", ["other-1"]),
        ("session=*", ["default-1", "default-2", "default-3", "default-4", "other-1"]),
        ("session=never-used", []),
        ("limit=1", ["default-4"]),
        ("limit=0", []),
        ("since=default-2", ["default-3", "default-4"]),
        ("since=2", ["default-3", "default-4"]),
        ("since=2&limit=1", ["default-4"]),
        ("since=99", []),
        ("since=2026-01-31T12:00:00Z&limit=1", ["default-4"]),
        ("since=2026-01-31T12:00:01Z", []),
        ("vendor=toy", ["default-1", "default-2", "default-3", "default-4"]),
        (f"operation={OPERATION}", ["default-1", "default-2", "default-3"]),
        ("operation=createContact", ["default-1", "default-2", "default-3"]),
        ("unmatched=true", ["default-4"]),
        ("unmatched", ["default-4"]),
        ("unmatched=false", ["default-1", "default-2", "default-3"]),
        ("violations=true", ["default-3", "default-4"]),
        ("violations=0", ["default-1", "default-2"]),
        ("notices=true", []),
        ("method=get", ["default-4"]),
        ("status=409", ["default-2"]),
        ("outcome=invalid", ["default-3"]),
        (f"path={CONTACTS}&outcome=created", ["default-1"]),
        ("count=9", ["default-1", "default-2", "default-3", "default-4"]),
        ("limit=1&limit=3", ["default-4"]),
    ],
)
def test_a_query_selects_entries(used: Control, query: str, wanted: list[str]) -> None:
    assert ids(used.get(f"requests?{query}")) == wanted


def test_the_total_counts_what_the_limit_leaves_out(used: Control) -> None:
    assert used.get("requests?limit=1").json()["meta"] == {"total": 4}


def test_a_client_that_polls_does_not_miss_a_slow_exchange(used: Control) -> None:
    journal = used.mock_app.sessions.get("default").journal
    entries = list(journal.entries())
    journal.clear()
    for place in (0, 2, 1, 3):  # the second ended after the third
        journal.append(entries[place])
    assert ids(used.get("requests?since=default-3")) == ["default-2", "default-4"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=-1",
        "limit=x",
        "limit=",
        "since=soon",
        "since=other-1",
        "vendor=nobody",
        "operation=toy.nothing",
        "operation=",
        "unmatched=maybe",
        "violations=2",
        "status=9",
        "wait_ms=-1",
        "wait_ms=600001",
        "wait_ms=x",
        "count=-1",
        "sesion=default",
    ],
)
def test_an_invalid_query_is_refused(used: Control, query: str) -> None:
    refused(used.get(f"requests?{query}"))


def test_an_unknown_operation_is_refused_with_the_known_ones(used: Control) -> None:
    assert OPERATION in refused(used.get("requests?operation=createContacts"))


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ({}, 4),
        (None, 4),
        ({"session": "other"}, 1),
        ({"session": "*", "operation": OPERATION}, 4),
        ({"method": "POST", "path": CONTACTS, "status": 201}, 1),
        ({"outcome": "duplicate"}, 1),
        ({"match": {"email": "ada@example.com"}}, 2),
        ({"match": {"email": 5}}, 1),
        ({"match": {}}, 3),
        ({"match": {"email": "ada@example.com"}, "violations": True}, 0),
        ({"violations": False}, 2),
        ({"notices": True}, 0),
        ({"session": "never-used"}, 0),
    ],
)
def test_count_and_find_agree(used: Control, question: Any, wanted: int) -> None:
    assert used.post("requests/count", question).json() == {"count": wanted}
    assert len(ids(used.post("requests/find", question))) == wanted


@pytest.mark.parametrize(
    "question",
    [[], 5, {"url": "/x"}, {"status": "x"}, {"vendor": 5}, {"violations": "x"}, {"method": 5}, {"session": {}}],
)
@pytest.mark.parametrize("route", ["requests/count", "requests/find"])
def test_an_invalid_query_in_a_body_is_refused(used: Control, question: Any, route: str) -> None:
    refused(used.post(route, question))


def test_a_form_is_matched_by_its_fields(control: Control) -> None:
    control.api.post(CONTACTS, data={"email": "ada@example.com"})
    assert control.post("requests/count", {"match": {"email": "ada@example.com"}}).json() == {"count": 1}


def test_an_unreadable_body_matches_no_pattern(control: Control) -> None:
    control.api.post(CONTACTS, content=b"\xff{", headers={"Content-Type": "application/json"})
    assert control.post("requests/count", {"match": {}}).json() == {"count": 0}


def test_reading_makes_no_session(control: Control) -> None:
    for path in ("requests", "requests/unmatched", "responses", "settings", "vendors"):
        assert control.get(f"{path}?session=new").status_code == 200
    control.post("requests/count", {"session": "new"})
    assert control.mock_app.sessions.find("new") is None


def test_a_long_journal_is_shown_whole(control: Control) -> None:
    for number in range(450):
        control.create(f"c{number}@example.com")
    assert len(ids(control.get("requests"))) == 450


@pytest.fixture
def spilled(api: Callable[..., Api], toy_vendor: Vendor) -> Control:
    """A journal of 500 exchanges with headers of 5 KB, of which most are in the file."""
    mock = api(toy_vendor, settings={"host.journal_bytes": 1024 * 1024})
    mock._client.headers["X-Key"] = "demo-key"
    control = Control(mock)
    for number in range(1, 501):
        control.create(f"c{number}@example.com", headers={"User-Agent": "me/1 " * 1000})
    journal = control.mock_app.sessions.get("default").journal
    assert journal.in_memory < 300
    return control


@pytest.mark.parametrize(
    ("query", "wanted", "total"),
    [
        ("limit=2", [499, 500], 500),
        ("since=3&limit=1000", range(4, 501), 497),
        ("since=default-250&limit=3", [498, 499, 500], 250),
        ("since=499", [500], 1),
        ("since=500", [], 0),
        ("status=201&limit=2", [499, 500], 500),
        ("status=409", [], 0),
        ("limit=0", [], 500),
        ("", range(1, 501), 500),
    ],
)
def test_a_journal_that_is_partly_in_the_file_is_read_alike(
    spilled: Control, query: str, wanted: Iterable[int], total: int
) -> None:
    response = spilled.get(f"requests?{query}")
    assert ids(response) == [f"default-{number}" for number in wanted]
    assert response.json()["meta"] == {"total": total}


def test_only_what_is_shown_is_read_from_the_file(spilled: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    original = SpillFile.read

    def counting(self: SpillFile, block: SpillBlock) -> list[JournalEntry]:
        entries = original(self, block)
        read.append(len(entries))
        return entries

    monkeypatch.setattr(SpillFile, "read", counting)
    assert ids(spilled.get("requests?limit=2")) == ["default-499", "default-500"]
    assert read == []
    spilled.get("requests?since=200&limit=2")
    assert sum(read) < 40


def test_a_body_in_the_file_is_matched(spilled: Control) -> None:
    question = {"match": {"email": "c3@example.com"}}
    assert spilled.post("requests/count", question).json() == {"count": 1}
    assert ids(spilled.post("requests/find", question)) == ["default-3"]


def test_without_a_limit_the_newest_are_shown(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_mocks.admin.journal_routes.DEFAULT_LIMIT", 2)
    for number in range(3):
        control.create(f"c{number}@example.com")
    assert ids(control.get("requests")) == ["default-2", "default-3"]
    assert control.get("requests").json()["meta"] == {"total": 3}
