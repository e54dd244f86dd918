"""Credentials are redacted wherever an exchange is shown."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

from crm_mocks import create_app
from crm_mocks.cli.request_log import json_line, text_line
from crm_mocks.contract import Contract
from crm_mocks.redaction import Redaction
from crm_mocks.state.entry_codec import decode_entries, encode_entry
from crm_mocks.vendor import vendor_names
from tests.conftest import Api

CONTACTS = "/toy/contacts"
CANARY = "canary-7f3a9c"


@pytest.fixture(scope="module")
def redaction() -> Redaction:
    return Redaction(create_app().mock_app.contracts.values())


@pytest.mark.parametrize(
    ("raw", "redacted"),
    [
        (b'{"username":"ada","password":"x"}', b'{"username":"ada","password":"***"}'),
        (b'{"Password":"x"}', b'{"Password":"***"}'),
        (b'{"clientSecret":"x","client_id":"me"}', b'{"clientSecret":"***","client_id":"me"}'),
        (b'{"data":[{"access_token":"x","expires_in":60}]}', b'{"data":[{"access_token":"***","expires_in":60}]}'),
        (b'{"token":123,"token_type":"Bearer"}', b'{"token":"***","token_type":"Bearer"}'),
        (
            b'{"credentials":{"user":"a","keys":["b",null,true]}}',
            b'{"credentials":{"user":"***","keys":["***",null,true]}}',
        ),
        (b'{"pass\\u0077ord":"x"}', b'{"password":"***"}'),
        (b'{"password":"x","password":null}', b'{"password":***,"password":***}'),
        (b'{"password":"x", "cut', b'{"password":***, "cut'),
        (b'{"password":"x\\"y', b'{"password":***'),
        (b"{\"password\" : 'x'}", b'{"password" : ***}'),
        (b'\xff{"password":"\xffx"}', b'\xff{"password":***}'),
        (b"user=ada&password=x&a=1", b"user=ada&password=***&a=1"),
        ('{"password":"x"}'.encode("utf-16"), b"***"),
        (b'{"password":null,"token":"","a":"secret"}', b'{"password":***,"token":***,"a":"secret"}'),
        (b'{"comment":"I lost my token"}', None),
        (b'{"token_type":"Bearer","tokenUrl":"/token"}', None),
        (b"token_type=Bearer", None),
        (b'{"firstName":"Ada","company":{"name":"Passau"}}', None),
        (b"[" * 100_000, None),
        (b"", None),
        (b"\x00\x01\x02", None),
    ],
)
def test_only_credentials_are_redacted_in_bodies(redaction: Redaction, raw: bytes, redacted: bytes | None) -> None:
    assert redaction.body(raw) == (raw if redacted is None else redacted)


def test_form_credentials_are_redacted_in_every_encoding_of_names(redaction: Redaction) -> None:
    form = b"a=1&pass%77ord=x&client+secret=y&grant_type=password&token&&=z"
    redacted = b"a=1&pass%77ord=***&client+secret=***&grant_type=password&token&&=z"
    assert redaction.body(form, is_form=True) == redacted


def test_a_form_too_long_to_search_is_redacted_completely(redaction: Redaction) -> None:
    assert redaction.body(b"pass%77ord=x&" * 50_000, is_form=True) == b"***"


def test_names_of_api_keys_come_from_the_contracts(redaction: Redaction, toy_vendor: Any) -> None:
    contract = toy_vendor.contract_file.in_force(toy_vendor.settings_type())
    names = {scheme["name"] for scheme in contract.security_schemes.values() if scheme["type"] == "apiKey"}
    assert names
    for name in names:
        assert Redaction([contract]).form(f"{name}=x") == f"{name}=***"


@pytest.mark.parametrize("name", ["a.b$(c)", "schlüssel", "y|z"])
def test_a_body_with_an_api_key_of_any_name_is_redacted(name: str) -> None:
    scheme = {"type": "apiKey", "in": "header", "name": name}
    contract = Contract("any", {"paths": {}, "components": {"securitySchemes": {"key": scheme}}}, "")
    assert Redaction([contract]).body(orjson.dumps({name: "x", "other": "y"})) == orjson.dumps(
        {name: "***", "other": "y"}
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"token" * 50_000,
        b'{"password":"' + b"\\" * 250_000,
        b'{"a":' * 900 + b'"password"' + b"}" * 900,
        b"password=" * 25_000,
        b'["password",' + b"[" * 900 + b"]" * 901,
        b'{"password":1},' * 500_000,
        b"password" + b" " * 200_000,
    ],
)
def test_no_body_takes_long(redaction: Redaction, raw: bytes) -> None:
    began = time.process_time()
    redaction.body(raw)
    assert time.process_time() - began < 1


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


def test_published_credentials_are_kept_and_others_redacted() -> None:
    redaction = Redaction([], ["demo", "demo-secret"])
    assert redaction.header("x-api-key", "demo-secret") == "demo-secret"
    assert redaction.header("x-api-key", "mine") == "***"
    assert redaction.header("authorization", "Basic ZGVtbzpkZW1vLXNlY3JldA==") == "Basic ZGVtbzpkZW1vLXNlY3JldA=="
    assert redaction.header("authorization", "Basic ZGVtbzptaW5l") == "Basic ***"
    assert redaction.header("authorization", "Bearer demo-secret") == "Bearer demo-secret"
    assert redaction.form("token=demo&password=mine") == "token=demo&password=***"
    assert redaction.body(b'{"password": "demo", "token": "mine"}') == b'{"password":"demo","token":"***"}'


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


@pytest.mark.parametrize(
    ("value", "shown"),
    [("Basic x", "Basic ***"), ("bearer x y", "bearer ***"), ("hunter two", "***"), ("x", "***"), ("", "***")],
)
def test_only_a_known_scheme_of_a_credential_is_shown(toy: Api, value: str, shown: str) -> None:
    toy.post(CONTACTS, json={}, headers={"Authorization": value})
    assert dict(toy.entries()[0].as_json()["request"]["headers"])["authorization"] == shown


@pytest.mark.parametrize("name", ["Idempotency-Key", "X-Request-Id", "WWW-Authenticate", "Accept", "Content-Type"])
def test_other_headers_are_shown(toy: Api, name: str) -> None:
    toy.post(CONTACTS, content="{}", headers={name: "text/x-shown"})
    assert dict(toy.entries()[0].as_json()["request"]["headers"])[name.lower()] == "text/x-shown"


def test_the_setting_turns_redaction_off(api: Callable[..., Api], toy_vendor: Any) -> None:
    open_hearted = api(toy_vendor, settings={"host.redact": "off"})
    open_hearted.post(CONTACTS, json={"password": CANARY}, headers={"Authorization": f"Bearer {CANARY}"})
    shown = open_hearted.get("/__admin/requests").json()["requests"][0]["request"]
    assert CANARY in shown["body"]
    assert dict(shown["headers"])["authorization"] == f"Bearer {CANARY}"
