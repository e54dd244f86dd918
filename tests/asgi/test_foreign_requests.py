"""A foreign Host or Origin on the mocks' paths is flagged, not rejected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm_mocks.cli.request_log import json_line, text_line
from tests.conftest import Api

CONTACTS = "/toy/contacts"
GOOD = {"email": "ada@example.com"}


def flags(api: Api) -> list[str]:
    return [notice.kind for notice in api.last_entry().notices]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:4010", "127.0.0.1:4010", "127.8.8.8", "[::1]:4010"])
def test_a_loopback_host_is_not_flagged(toy: Api, host: str) -> None:
    assert toy.post(CONTACTS, json=GOOD, headers={"Host": host}).status_code == 201
    assert flags(toy) == []


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example:4010", "192.168.1.5", "[fe80::1]", "127.0.0.1.evil.example", ""]
)
def test_a_rebound_host_is_served_and_flagged(toy: Api, host: str) -> None:
    assert toy.post(CONTACTS, json=GOOD, headers={"Host": host}).status_code == 201
    assert flags(toy) == ["foreign-host"]


@pytest.mark.parametrize("origin", ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:8080"])
def test_a_page_on_loopback_is_not_flagged(toy: Api, origin: str) -> None:
    toy.post(CONTACTS, json=GOOD, headers={"Origin": origin})
    assert flags(toy) == []


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "file://", "http://localhost.evil.example", ""])
@pytest.mark.parametrize("cors", [False, True])
def test_a_foreign_page_is_served_and_flagged(
    api: Callable[..., Api], toy_vendor: Any, origin: str, cors: bool
) -> None:
    mock = api(toy_vendor, cors=cors)
    response = mock.post(CONTACTS, json=GOOD, headers={"Origin": origin, "X-Key": "demo-key"})
    assert response.status_code == 201
    assert flags(mock) == ["foreign-origin"]


def test_a_path_of_no_vendor_is_flagged_too(toy: Api) -> None:
    toy.get("/nowhere", headers={"Host": "evil.example", "Origin": "https://evil.example"})
    assert flags(toy) == ["foreign-host", "foreign-origin"]


def test_log_and_journal_show_the_flag(toy: Api) -> None:
    toy.post(CONTACTS, json=GOOD, headers={"Host": "evil.example"})
    entry = toy.entries()[0]
    assert "header.host" in text_line(entry)
    assert "foreign-host" in json_line(entry)
    shown = toy.get("/__admin/requests?notices=true").json()["requests"][0]["notices"][0]
    assert (shown["kind"], shown["location"]) == ("foreign-host", ["request", "header", "host"])


def test_the_flag_does_not_contain_the_foreign_value(toy: Api) -> None:
    toy.post(CONTACTS, json=GOOD, headers={"Host": "evil.example", "Origin": "https://evil.example"})
    assert "evil" not in json_line(toy.entries()[0])


def test_a_flagged_request_is_not_a_violation(toy: Api) -> None:
    response = toy.post(CONTACTS, json=GOOD, headers={"Host": "evil.example"})
    assert "sl-violations" not in response.headers
    assert toy.entries()[0].violations == []


def test_off_loopback_a_host_may_have_any_name(toy: Api) -> None:
    toy._client.base_url = "http://192.168.1.5:4010"
    toy.post(CONTACTS, json=GOOD, headers={"Host": "crm-mocks:4010"})
    assert flags(toy) == []
