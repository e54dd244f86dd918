"""Known credentials are struck out wherever they stand, in whatever encoding."""

from __future__ import annotations

import base64
import html
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from crm_mocks.asgi import exchange_recorder
from crm_mocks.generic.settings import GenericSettings
from crm_mocks.redaction import KnownCredentials, Redaction
from crm_mocks.redaction.known_credentials import MAX_ENCODED, MAX_KNOWN
from crm_mocks.settings import secret_settings
from tests.conftest import Api
from tests.redaction.helpers import JSON, redacted

TOKEN = "0f3b8c1d2e4a5b6c7d8e9f0a1b2c3d4e"
ODD = 'hünter2 "hunter2" & more'


@pytest.mark.parametrize("value", [TOKEN, ODD])
@pytest.mark.parametrize("others", [0, 60])
@pytest.mark.parametrize(
    "encode",
    [
        str,
        str.lower,
        lambda value: f"x{value}y",
        quote,
        lambda value: quote(value, safe=""),
        lambda value: json.dumps({"a": value}),
        lambda value: json.dumps({"a": value}, ensure_ascii=False),
        html.escape,
        lambda value: base64.b64encode(value.encode()).decode(),
        lambda value: f"Basic {base64.b64encode(f'ada:{value}'.encode()).decode()}",
        lambda value: base64.b64encode(f"ab:{value}:c".encode()).decode(),
    ],
)
def test_a_known_credential_is_struck_out_in_any_encoding(
    value: str, others: int, encode: Callable[[str], str]
) -> None:
    known = KnownCredentials((), [*(f"{number:032x}" for number in range(others)), value])
    text = encode(value)
    plain = KnownCredentials((), [f"{number:032x}" for number in range(others)])
    assert known.text(text) != text
    assert "***" in known.text(text)
    assert b"***" in known.body(text.encode())
    assert plain.text(text) == text


@pytest.mark.parametrize(
    ("value", "escaped"),
    [(TOKEN, TOKEN.replace("0f3b", "\\u0030f3b")), ("a/b/c/d", "a\\/b\\/c\\/d"), ("жук", "\\u0436\\u0443\\u043A")],
)
def test_escapes_in_json_hide_nothing(value: str, escaped: str) -> None:
    known = KnownCredentials((), [f"{value}!"])
    assert json.loads(known.body(f'{{"a":"x {escaped}!"}}'.encode())) == {"a": "x ***"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/a/hunter%2ftwo%3d%3d", "/a/hunter%2ftwo%3d%3d"),
        ("next=/a/the-hunter%2ftwo%3d%3d&page=2", "next=***&page=2"),
        ("the-hunter/two%3D= 50%", "*** 50%"),
        ("the%2Dhunter%2Ftwo%3D%3D", "***"),
    ],
)
def test_percent_encoding_hides_nothing(text: str, shown: str) -> None:
    known = KnownCredentials((), ["the-hunter/two=="])
    assert known.text(text) == shown
    assert known.body(text.encode()) == shown.encode()
    quoted = json.dumps({"a": text}).encode()
    assert json.loads(known.body(quoted)) == {"a": shown}


def test_a_long_body_with_some_percent_encoding_is_shown_without_the_encoded_credential() -> None:
    known = KnownCredentials((), ["the-hunter/two=="])
    text = "some words, some more " * 6_000
    raw = json.dumps([text, "/a%20b?next=the%2Dhunter%2Ftwo%3D%3D&x=1", text]).encode()
    assert len(raw) > 4 * MAX_ENCODED
    assert known.body(raw) == raw.replace(b"the%2Dhunter%2Ftwo%3D%3D", b"***")
    assert known.body(b"%41 " * MAX_ENCODED) == f"***({4 * MAX_ENCODED})".encode()


def test_a_body_in_utf_16_with_a_known_credential_is_hidden() -> None:
    raw = json.dumps({"a": TOKEN}).encode("utf-16")
    assert KnownCredentials((), [TOKEN]).body(raw) == f"***({len(raw)})".encode()


def test_a_header_is_searched_for_credentials_in_utf_8() -> None:
    assert KnownCredentials((), [ODD]).text(f"a {ODD.encode().decode('latin-1')}") == "a ***"


def test_redacted_json_is_json() -> None:
    body = json.dumps({"year": 20261, "years": [[20261, True, None]], "text": "in 20261", "20261": 1}).encode()
    assert json.loads(KnownCredentials((), ["20261"]).body(body)) == {
        "year": "***",
        "years": [["***", True, None]],
        "text": "in ***",
        "***": 1,
    }


@pytest.mark.parametrize("value", ["abc", "demo-secret", "***"])
def test_short_and_published_values_are_no_secrets(value: str) -> None:
    assert not KnownCredentials(["demo-secret"], [value])


def test_the_oldest_of_many_are_forgotten() -> None:
    values = [f"{number:032x}" for number in range(MAX_KNOWN + 1)]
    known = KnownCredentials((), values)
    assert [known.text(each) for each in (values[0], values[1], values[-1])] == [values[0], "***", "***"]


def test_what_responses_issue_makes_no_given_secret_forgotten() -> None:
    values = [f"{number:032x}" for number in range(MAX_KNOWN + 1)]
    known = KnownCredentials()
    known.add_issued([TOKEN, *values[:10]])
    known.add_all([ODD, TOKEN])
    known.add_issued(values)
    shown = [known.text(each) for each in (ODD, TOKEN, values[2], values[-1])]
    assert shown == ["***", "***", values[2], "***"]


@pytest.mark.parametrize("number", ["12345678901234567890123", "1234567.890123456789"])
def test_a_number_that_loses_digits_when_it_is_read_is_not_shown(number: str) -> None:
    raw = f'{{"a":{number}}}'.encode()
    assert KnownCredentials((), [number]).body(raw) == f"***({len(raw)})".encode()


@pytest.mark.parametrize("raw", [b'{"a":true}', b"[true]"])
def test_a_word_of_json_hides_no_body(raw: bytes) -> None:
    assert KnownCredentials((), ["true"]).body(raw) == raw


def test_the_texts_of_a_body_are_searched_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    found = KnownCredentials._found
    monkeypatch.setattr(KnownCredentials, "_found", lambda self, text: searched.append(text) or found(self, text))
    names = [f"name {number}" for number in range(1_000)]
    raw = json.dumps({**dict.fromkeys(names, "\n"), "last": ODD}).encode()
    assert json.loads(KnownCredentials((), [ODD]).body(raw))["last"] == "***"
    assert len(searched) < 5


@pytest.mark.parametrize(
    "text",
    ["a" * 8_000_000, "a" * 60_000, "a b " * 2_000_000, f"{TOKEN[16:]} " * 3_000, "%61" * 20_000, "%61" * 999_999],
)
def test_no_text_takes_long(text: str) -> None:
    known = KnownCredentials((), [ODD, *(f"{number:016x}{TOKEN[16:]}" for number in range(MAX_KNOWN - 1))])
    began = time.thread_time()
    known.text(text)
    known.body(text.encode())
    KnownCredentials((), ["hunter22"]).body(text.encode())
    assert time.thread_time() - began < 2


def test_many_encoded_words_and_credentials_take_no_time() -> None:
    known = KnownCredentials((), [f"one of {number} odd ones" for number in range(100)])
    text = "".join(f"%61{number} " for number in range(7_000)) + "on%65%20of%207%20odd%20ones"
    began = time.thread_time()
    assert known.text(text) == "***"
    assert time.thread_time() - began < 2


def test_many_odd_credentials_and_a_long_text_without_long_words_take_no_time() -> None:
    known = KnownCredentials((), [f"one of {number} odd ones" for number in range(MAX_KNOWN)])
    text = "a b " * 2_000_000
    began = time.thread_time()
    assert known.text(text) == "***"
    assert known.body(text.encode()) == f"***({len(text)})".encode()
    assert time.thread_time() - began < 2


def test_a_known_credential_is_no_method_and_no_name_of_a_header() -> None:
    redaction = Redaction()
    redaction.known.add("correct-horse")
    entry = redacted(redaction, method="CORRECT-HORSE".lower(), request_headers=[("x-correct-horse", "1")])
    assert (entry.method, entry.request_headers) == ("***", [("x-***", "***(1)")])


def test_an_issued_token_is_struck_out_in_later_exchanges() -> None:
    redaction = Redaction()
    issued = json.dumps({"access_token": TOKEN}).encode()
    redacted(redaction, response_headers=[("Content-Type", JSON)], response_body=issued)
    later = redacted(redaction, path=f"/x/a{TOKEN}", request_headers=[("user-agent", f"me/{TOKEN}")])
    assert (later.path, later.request_headers) == ("/x/***(33)", [("user-agent", "me/***")])


def test_the_credentials_of_a_request_are_struck_out_in_its_response() -> None:
    entry = redacted(
        Redaction(is_open=True),
        request_headers=[("authorization", f"Bearer {TOKEN}")],
        response_headers=[("content-type", JSON)],
        response_body=json.dumps({"detail": f"who is {TOKEN}?"}).encode(),
    )
    assert json.loads(entry.response_body) == {"detail": "who is ***?"}


@pytest.mark.parametrize("name", ["activix.signature_key", "admin token"])
def test_keys_of_settings_and_the_token_of_the_control_api_are_known(api: Any, name: str) -> None:
    options = {"admin_token": ODD} if name == "admin token" else {"settings": {name: ODD}}
    mock: Api = api("activix", **options)
    mock.post("/activix/leads", headers={"User-Agent": quote(ODD)})
    assert dict(mock.entries()[0].request_headers)["user-agent"] == "***"


def test_credentials_that_a_mock_accepts_are_known() -> None:
    settings = GenericSettings(credentials=("key-of-the-test", "ada:love-lace"))
    assert {"key-of-the-test", "ada:love-lace", "love-lace"} <= {*secret_settings([settings])}


def test_a_key_that_a_session_sets_is_known(api: Any) -> None:
    mock: Api = api("activix")
    assert mock.request("PUT", "/__admin/settings", json={"activix.signature_key": TOKEN}).status_code == 200
    mock.post("/activix/leads", headers={"User-Agent": TOKEN})
    assert dict(mock.entries()[0].request_headers)["user-agent"] == "***"


@pytest.mark.one_process
def test_what_is_known_stays_known_when_a_vendor_is_loaded_again(api: Callable[..., Api]) -> None:
    mock = api("activix")
    mock_app = mock.app.mock_app
    mock_app.redaction.known.add("given-secret")
    mock_app.redaction.known.add_issued(["issued-token"])
    mock_app.replace_vendor(mock_app.vendors["activix"])
    mock.post("/activix/leads", headers={"User-Agent": "given-secret, issued-token"})
    assert dict(mock.entries()[0].request_headers)["user-agent"] == "***, ***"


@pytest.mark.one_process
def test_settings_of_sessions_that_take_turns_are_searched_for_secrets_once(
    api: Callable[..., Api], monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[Any] = []

    def search(sections: Any) -> Any:
        found = list(secret_settings(sections))
        searched.append(found)
        return found

    monkeypatch.setattr(exchange_recorder, "secret_settings", search)
    mock = api("activix")
    keys = {"first": f"one-{TOKEN}", "second": f"two-{TOKEN}"}
    for name, key in keys.items():
        mock.app.mock_app.sessions.get(name).change_settings({"activix.signature_key": key})
    for _ in range(3):
        for name, key in keys.items():
            mock.post(f"/~{name}/activix/leads", headers={"User-Agent": key})
    assert sorted(key for found in searched for key in found if key) == sorted(keys.values())
    for name in keys:
        assert [dict(entry.request_headers)["user-agent"] for entry in mock.entries(name)] == ["***"] * 3
