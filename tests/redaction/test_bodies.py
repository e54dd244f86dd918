"""Bodies are shown as far as the contract documents them."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest

from crm_mocks.contract import Contract, Operation
from crm_mocks.credential_names import is_credential_name
from crm_mocks.redaction import Redaction
from crm_mocks.vendor import Vendor
from crm_mocks.violations import Violation
from tests.redaction.helpers import FORM, JSON, body, decoded_body, redacted


@pytest.fixture(scope="module")
def by_name() -> Redaction:
    """Redaction without a contract."""
    return Redaction(is_open=True)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b'{"username":"ada","password":"x"}', b'{"username":"ada","password":"***"}'),
        (b'{"Password":"x"}', b'{"Password":"***"}'),
        (b'{"clientSecret":"x","client_id":"me"}', b'{"clientSecret":"***","client_id":"me"}'),
        (b'{"data":[{"access_token":"x","expires_in":60}]}', b'{"data":[{"access_token":"***","expires_in":60}]}'),
        (b'{"token":123,"token_type":"Bearer"}', b'{"token":"***","token_type":"Bearer"}'),
        (b'{"my api key":"x","PIN":1,"opinion":"y"}', b'{"my api key":"***","PIN":"***","opinion":"y"}'),
        (
            b'{"credentials":{"user":"a","keys":["b",null,true]}}',
            b'{"credentials":{"user":"***","keys":["***",null,true]}}',
        ),
        (b'{"pass\\u0077ord":"x"}', b'{"password":"***"}'),
        (b'{"password":"x","password":null}', b'{"password":null}'),
        (b'{"password":"x", "cut', b'{"password":***, "cut'),
        (b'{"password":"x\\"y', b'{"password":***'),
        (b"{\"password\" : 'x'}", b'{"password" : ***}'),
        (b'\xff{"password":"\xffx"}', b'\xff{"password":***}'),
        (b'{"comment":"I lost my token"}', None),
        (b'{"note":"eyJhbGciOiJub25lIn0.e30."}', b'{"note":"***"}'),
        (b'{"password":null,"token":""}', None),
        (b'{"token_type":"Bearer","tokenUrl":"/token"}', None),
        (b'{"firstName":"Ada","company":{"name":"Passau"}}', None),
        (b"", None),
    ],
)
def test_without_a_contract_names_and_values_decide(by_name: Redaction, raw: bytes, shown: bytes | None) -> None:
    assert body(by_name, raw) == (raw if shown is None else shown)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"email": "a@b.c", "tags": ["x"], "address": {"city": "Ulm"}}, None),
        ({"nick": "ada"}, {"nick": "***(3)"}),
        ({"nick": 44, "is": True, "no": None, "empty": ""}, {"nick": "***(2)", "is": True, "no": None, "empty": ""}),
        ({"address": {"city": "Ulm", "floor": "two"}}, {"address": {"city": "Ulm", "floor": "***(3)"}}),
        ({"extra": {"a": ["b", {"c": 1.5}]}}, {"extra": {"a": ["***(1)", {"c": "***(3)"}]}}),
        ({"any": "text"}, None),
        ({"any": {"a": "text"}}, {"any": {"a": "***(4)"}}),
        ({"labels": {"en": "lead"}}, None),
        ({"labels": {"9f86d081884c7d659a2feaa0c55ad015": "x"}}, {"labels": {"***(32)": "***(1)"}}),
        ({"code": "x", "token": 5}, {"code": "***", "token": "***"}),
        ({"email": {"x": "y"}}, {"email": {"x": "***(1)"}}),
        ({"tags": [{"x": "y"}, ["z"]]}, {"tags": [{"x": "***(1)"}, ["***(1)"]]}),
        (["ada"], ["***(3)"]),
        ("ada", "***(3)"),
    ],
)
def test_members_that_the_contract_does_not_document_are_shown_by_name_and_length(
    redaction: Redaction, operation: Operation, value: Any, shown: Any
) -> None:
    assert orjson.loads(body(redaction, orjson.dumps(value), JSON, operation)) == (value if shown is None else shown)


def test_a_long_name_in_a_map_is_shown_each_time(redaction: Redaction, operation: Operation) -> None:
    raw = orjson.dumps({"labels": {"a name with many short words, which parsers of JSON make anew each time": "x"}})
    assert [body(redaction, raw, JSON, operation) for _ in range(2)] == [raw, raw]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        (44, 44),
        ("2026-11-29T12:00:00Z", "2026-11-29T12:00:00Z"),
        ("hunter2", "***(7)"),
        (4929123456781234, "***(16)"),
        ("my token", "***(8)"),
        ({"a": "Ada", "password": "x"}, {"a": "Ada", "password": "***"}),
    ],
)
def test_a_member_that_a_finding_is_about_is_shown_unless_it_looks_secret(
    redaction: Redaction, operation: Operation, value: Any, shown: Any
) -> None:
    closed = Violation(("body",), "additionalProperties", "must not have the member 'nick'")
    named = Violation(("body", "nick"), "unknown", "not a member")
    for violation in (closed, named):
        entry = redacted(
            redaction,
            operation,
            request_headers=[("content-type", JSON)],
            request_body=orjson.dumps({"nick": value}),
            violations=[violation],
        )
        assert orjson.loads(entry.request_body) == {"nick": shown}


def test_what_a_violation_quotes_is_redacted_like_the_body(redaction: Redaction, operation: Operation) -> None:
    value = {"nick": "hunter2", "email": "a@b.c"}
    entry = redacted(
        redaction,
        operation,
        request_headers=[("content-type", JSON)],
        request_body=orjson.dumps(value),
        violations=[Violation(("body",), "additionalProperties", "…", sent='{"nick": "hunter2", "email": "a@b.c"}')],
    )
    assert entry.violations[0].sent == '{"nick": "***(7)", "email": "a@b.c"}'


@pytest.mark.parametrize(
    ("escaped", "value"),
    [
        ("eyJhbGciOiJub25lIn0.e30.", "***"),
        ("\\u0065yJhbGciOiJub25lIn0.e30.", "***"),
        ("https://ada:hunter2@example.org", "***"),
        ("https:\\/\\/ada:hunter2@example.org", "***"),
        ("Basic YWRhOmxvdmVsYWNl1", "***"),
        ("basic needs of 2", "basic needs of 2"),
        ("https:\\/\\/example.org", "https://example.org"),
    ],
)
def test_a_credential_in_a_documented_member_is_redacted(
    redaction: Redaction, operation: Operation, escaped: str, value: str
) -> None:
    raw = f'{{"email":"{escaped}"}}'.encode()
    for shown in (body(redaction, raw, JSON, operation), decoded_body(redaction, raw, operation)):
        assert orjson.loads(shown) == {"email": value}


def test_a_credential_far_into_a_long_body_is_not_shown(redaction: Redaction, operation: Operation) -> None:
    raw = orjson.dumps({"tags": ["a" * 70_000, "eyJhbGciOiJub25lIn0.e30."]})
    assert decoded_body(redaction, raw, operation) == f"***({len(raw)})".encode()
    plain = orjson.dumps({"tags": ["a" * 70_000, "basic needs"]})
    assert decoded_body(redaction, plain, operation) == plain


def test_documented_text_is_shown_without_credentials(redaction: Redaction, operation: Operation) -> None:
    assert body(redaction, b"Ada says password: x", "text/plain", operation) == b"Ada says password: ***"


@pytest.mark.parametrize("media_type", ["application/yaml", "text/html", "application/octet-stream", ""])
def test_a_body_of_another_media_type_is_shown_by_its_length(
    redaction: Redaction, operation: Operation, media_type: str
) -> None:
    assert body(redaction, b"email: ada", media_type, operation) == b"***(10)"


def test_json_of_another_media_type_is_shown_by_name_and_length(redaction: Redaction, operation: Operation) -> None:
    assert body(redaction, b'{"nick":"ada","email":"x"}', "text/json", operation) == b'{"nick":"***(3)","email":"x"}'


def test_broken_json_keeps_names_marks_and_documented_values(redaction: Redaction, operation: Operation) -> None:
    raw = b'{"email": "a@b.c", "nick": "ada", "tags": ["x", \'y\'], nope, "token": 12'
    shown = b'{"email": "a@b.c", "nick": ***(3), "tags": ["x", \'y\'], ***(4), "token": ***'
    assert body(redaction, raw, JSON, operation) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b'{"email":"a"} hunter2', b'{"email":"a"} ***(7)'),
        (b'{"email":"a" /* hunter2 */, "tags":"b"', b'{"email":"a" ***(2) ***(7) ***(2), "tags":"b"'),
        (b'{"email": {hunter2', b'{"email": {***(7)'),
        (b'{"tags": ["a", "b" hunter2, "c"] hunter2', b'{"tags": ["a", "b" ***(7), "c"] ***(7)'),
    ],
)
def test_what_follows_a_value_in_broken_json_belongs_to_no_name(
    redaction: Redaction, operation: Operation, raw: bytes, shown: bytes
) -> None:
    assert body(redaction, raw, JSON, operation) == shown


def test_broken_json_keeps_documented_values_with_bytes_that_are_no_utf8(
    redaction: Redaction, operation: Operation
) -> None:
    raw = b'{"email": "ada\xff lovelace", "nick": "ada"'
    assert body(redaction, raw, JSON, operation) == b'{"email": "ada\xff lovelace", "nick": ***(3)'


def test_other_charsets_are_read(redaction: Redaction, operation: Operation) -> None:
    value = {"email": "ü", "nick": "ada"}
    raw = orjson.dumps(value).decode().encode("utf-16")
    assert orjson.loads(body(redaction, raw, f"{JSON}; charset=utf-16", operation).decode("utf-16")) == {
        **value,
        "nick": "***(3)",
    }
    assert body(redaction, raw, f"{JSON}; charset=idna", operation) == f"***({len(raw)})".encode()


def test_a_setting_shows_and_hides_names(contract: Contract, operation: Operation) -> None:
    redaction = Redaction([contract], show=["Nick", "token"], hide=["email"])
    raw = b'{"nick":"ada","email":"a@b.c","token":"x"}'
    assert body(redaction, raw, JSON, operation) == b'{"nick":"ada","email":"***(5)","token":"x"}'


def test_names_of_api_keys_come_from_the_contracts(toy_vendor: Vendor) -> None:
    contract = toy_vendor.contract_file.in_force(toy_vendor.settings_type())
    assert redacted(Redaction([contract]), query="X-Key=x").query == "X-Key=***"


@pytest.mark.parametrize("name", ["a.b$(c)", "schlüssel", "y|z"])
def test_a_body_with_an_api_key_of_any_name_is_redacted(name: str) -> None:
    scheme = {"type": "apiKey", "in": "header", "name": name}
    contract = Contract("any", {"paths": {}, "components": {"securitySchemes": {"key": scheme}}}, "")
    assert orjson.loads(body(Redaction([contract]), orjson.dumps({name: "x"}))) == {name: "***"}


@pytest.mark.parametrize("media_type", [JSON, FORM, "multipart/form-data; boundary=b", "application/xml", "text/plain"])
@pytest.mark.parametrize(
    "raw",
    [
        b"token" * 50_000,
        b'{"password":"' + b"\\" * 30_000,
        b'{"a":' * 900 + b'"password"' + b"}" * 900,
        b"password=" * 25_000,
        b'["password",' + b"[" * 900 + b"]" * 901,
        b'{"password":1},' * 500_000,
        b"password" + b" " * 30_000,
        b"<a " * 20_000,
        b"<!--" * 15_000,
        b"--b" * 20_000,
        b"a=b;" * 16_000,
        b"\xff" * 8_000_000,
    ],
    ids=lambda raw: repr(raw[:8]),
)
def test_no_body_takes_long(redaction: Redaction, operation: Operation, raw: bytes, media_type: str) -> None:
    began = time.thread_time()
    body(redaction, raw, media_type, operation)
    assert time.thread_time() - began < 0.5


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://shop.example/?a=1&access_token=mine", "***"),
        ('{"user_password": "mine"}', "***"),
        ('{"Api-Key": 1}', "***"),
        ("https://shop.example/?token=***", "https://shop.example/?token=***"),
        ('{"note": "a token"}', '{"note": "a token"}'),
        ("password: see the manual", "password: see the manual"),
    ],
)
def test_a_documented_text_is_hidden_if_it_quotes_a_credential_with_its_name(
    redaction: Redaction, operation: Operation, text: str, shown: str
) -> None:
    raw = orjson.dumps({"email": text})
    for found in (body(redaction, raw, JSON, operation), decoded_body(redaction, raw, operation)):
        assert orjson.loads(found) == {"email": shown}


def test_a_field_of_any_name_is_shown_unless_it_looks_secret(redaction: Redaction, operation: Operation) -> None:
    raw = b"labels[a]=blue&labels[b]=9f86d081884c"
    assert body(redaction, raw, FORM, operation) == b"labels[a]=blue&labels[b]=***(12)"


def test_media_types_and_statuses_that_are_not_documented_share_what_is_prepared(
    redaction: Redaction, operation: Operation
) -> None:
    parts = redaction.parts(operation)
    other = parts.request("text/other"), parts.response(200, "text/other"), parts.response(599, "text/other")
    for number in range(20):
        assert parts.request(f"text/{number}") is other[0]
        assert parts.response(200, f"text/{number}") is other[1]
        assert parts.response(500 + number, f"text/{number}") is other[2]


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [("signature", True), ("xSignature", True), ("hub_signature", True), ("signature_url", False), ("signal", False)],
)
def test_names_of_signatures_are_those_of_credentials(name: str, is_secret: bool) -> None:
    assert is_credential_name(name) is is_secret
