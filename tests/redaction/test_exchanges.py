"""Credentials are redacted wherever an exchange is shown."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

from crm_mocks.cli.request_log import json_line, text_line
from crm_mocks.state.entry_codec import decode_entries, encode_entry
from crm_mocks.vendor import vendor_names
from tests.conftest import Api

CONTACTS = "/toy/contacts"
CANARY = "canary-7f3a9c"


def canaries() -> dict[str, Any]:
    """Return a request that has a credential at every possible place."""
    basic = base64.b64encode(f"demo:{CANARY}".encode()).decode()
    return {
        "headers": [
            ("Authorization", f"Basic {basic}"),
            ("Authorization", f"Bearer {CANARY}"),
            ("Authorization", CANARY),
            ("Authentication", f"Bearer {CANARY}"),
            ("Proxy-Authorization", f"Basic {basic}"),
            ("Cookie", f"session={CANARY}"),
            ("X-Api-Key", CANARY),
            ("X-Auth-Token", CANARY),
            ("X-Hub-Signature", CANARY),
        ],
        "params": {"access_token": CANARY, "api_key": CANARY, "__code": "200"},
    }


@pytest.mark.parametrize("vendor", vendor_names())
@pytest.mark.parametrize("kind", ["json", "form", "text", "broken"])
def test_no_credential_gets_into_journal_log_or_file(api: Callable[..., Api], vendor: str, kind: str) -> None:
    mock = api(vendor)
    contract = mock.app.mock_app.contracts[vendor]
    basic = base64.b64encode(f"demo:{CANARY}".encode()).decode()
    names = ("username", "password", "token", "access_token", "refresh_token", "client_secret", "web_api_key")
    secrets = {name: CANARY for name in names if name != "username"} | {"username": "demo", "id": CANARY[::-1]}
    for operation in contract.operations.values():
        request = canaries()
        if kind == "json":
            request["json"] = secrets
        elif kind == "form":
            request["data"] = secrets
        elif kind == "text":
            request["content"] = "&".join(f"{name}={value}" for name, value in secrets.items())
        else:
            request["content"] = orjson.dumps(secrets)[:-1]
            request["headers"].append(("Content-Type", "application/json"))
        mock.request(operation.method, operation.path, **request)
    entries = mock.entries()
    assert entries
    written = b"".join(map(encode_entry, entries))
    shown = [orjson.dumps(mock.get("/__admin/requests").json()), written]
    shown += [orjson.dumps(each.as_json()) for each in decode_entries(written)]
    shown += [f"{json_line(each)}{text_line(each)}".encode() for each in entries]
    for each in shown:
        assert CANARY.encode() not in each, each[max(0, each.find(CANARY.encode()) - 80) :][:160]
        assert basic.encode() not in each


@pytest.mark.parametrize("vendor", vendor_names())
def test_issued_tokens_are_redacted_in_responses(api: Callable[..., Api], vendor: str) -> None:
    mock = api(vendor)
    issued = 0
    for operation in mock.app.mock_app.contracts[vendor].operations.values():
        if operation.body is None:
            continue
        for media_type, value in operation.body.examples.values():
            sent = {"data": value} if "form" in media_type.name else {"json": value}
            answer = mock.request(operation.method, operation.path, **sent)
            for token in _tokens(answer):
                issued += 1
                shown = orjson.dumps(mock.last_entry().as_json()).decode()
                assert token not in shown
    assert issued or not _issues_tokens(mock, vendor)


def _issues_tokens(mock: Api, vendor: str) -> bool:
    return any("oken" in each.id for each in mock.app.mock_app.contracts[vendor].operations.values())


def _tokens(answer: httpx.Response) -> list[str]:
    try:
        body = answer.json()
    except ValueError:
        return []
    places = [body, body.get("data")] if isinstance(body, dict) else []
    found = [place.get(name) for place in places if isinstance(place, dict) for name in ("token", "access_token")]
    return [each for each in found if isinstance(each, str) and each]


def test_the_sent_response_is_not_redacted(toy: Api) -> None:
    toy._client.headers["X-Key"] = "demo-key"
    answer = toy.post(f"{CONTACTS}?token=x", json={"email": "ada@example.com", "password": CANARY})
    assert answer.status_code == 201
    shown = toy.get("/__admin/requests").json()["requests"][0]["request"]
    assert shown["query"] == "token=***"
    assert orjson.loads(shown["body"]) == {"email": "ada@example.com", "password": "***"}
    assert dict(shown["headers"])["x-key"] == "demo-key"


def test_journal_queries_cannot_match_credentials(toy: Api) -> None:
    toy.post(CONTACTS, json={"email": "ada@example.com", "password": CANARY})
    question = {"match": {"password": CANARY}}
    assert toy.post("/__admin/requests/count", json=question).json() == {"count": 0}
    assert toy.post("/__admin/requests/count", json={"match": {"password": "***"}}).json() == {"count": 1}


def test_a_path_of_no_vendor_is_redacted_too(toy: Api) -> None:
    toy.post("/nowhere?token=x", json={"password": CANARY}, headers={"Authorization": f"Bearer {CANARY}"})
    shown = orjson.dumps(toy.entries()[0].as_json()).decode()
    assert CANARY not in shown
    assert "Bearer ***" in shown


def test_the_setting_turns_redaction_off(api: Callable[..., Api], toy_vendor: Any) -> None:
    unredacted = api(toy_vendor, settings={"host.redact": "off"})
    unredacted.post(CONTACTS, json={"password": CANARY}, headers={"Authorization": f"Bearer {CANARY}"})
    shown = unredacted.get("/__admin/requests").json()["requests"][0]["request"]
    assert CANARY in shown["body"]
    assert dict(shown["headers"])["authorization"] == f"Bearer {CANARY}"
