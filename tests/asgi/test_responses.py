"""Every request gets a response in the vendor's format."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from crm_mocks.vendor import Vendor
from tests.conftest import Api

CONTACTS = "/toy/contacts"
JSON = {"Content-Type": "application/json"}


def violations(response: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(response.headers["sl-violations"])
    return found


def test_a_valid_request_is_processed(toy: Api) -> None:
    response = toy.post(CONTACTS, json={"email": "ada@example.com"})
    assert (response.status_code, response.json()) == (201, {"email": "ada@example.com", "id": 1})
    assert toy.records("contacts") == [{"email": "ada@example.com", "id": 1}]


def test_every_violation_is_listed(toy: Api) -> None:
    response = toy.post(CONTACTS, json={"email": 1, "born": "1990-13-10"})
    assert response.status_code == 400
    assert [(each["location"][1:], each["code"]) for each in violations(response)] == [
        (["body", "email"], "type"),
        (["body", "born"], "format"),
    ]


def test_violations_do_not_contain_the_values_sent(toy: Api) -> None:
    response = toy.post(CONTACTS, json={"email": ["s3cret"], "born": "s3cret"})
    assert "s3cret" not in response.headers["sl-violations"]


def test_violations_are_listed_despite_wrong_credentials(toy: Api) -> None:
    response = toy.post(CONTACTS, json={}, headers={"X-Key": "wrong"})
    assert response.status_code == 401
    assert [each["code"] for each in violations(response)] == ["credentials", "required"]


def test_missing_credentials_are_refused_in_the_vendors_format(toy: Api) -> None:
    del toy._client.headers["X-Key"]
    response = toy.post(CONTACTS, json={"email": "ada@example.com"})
    assert (response.status_code, response.json()) == (401, {"error": "key required"})


def test_a_refused_request_stores_nothing(toy: Api) -> None:
    toy.post(CONTACTS, json={"email": 1})
    assert toy.records("contacts") == []


@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b"NaN", b'{"email": 1e', b"[" * 5000])
def test_an_unreadable_body_gets_the_vendors_error(toy: Api, body: bytes) -> None:
    response = toy.post(CONTACTS, content=body, headers=JSON)
    assert (response.status_code, response.json()) == (400, {"error": "invalid contact"})


@pytest.mark.parametrize("media_type", ["APPLICATION/JSON", "application/json; charset=utf-8", "application/json;x=y"])
def test_the_media_type_is_compared_without_case_and_parameters(toy: Api, media_type: str) -> None:
    good = toy.post(CONTACTS, content=b'{"email": "a@b.c"}', headers={"Content-Type": media_type})
    bad = toy.post(CONTACTS, content=b'{"email": 1}', headers={"Content-Type": media_type})
    assert (good.status_code, bad.status_code) == (201, 400)


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}, {"Content-Type": ";"}])
def test_another_media_type_is_refused(toy: Api, headers: dict[str, str]) -> None:
    response = toy.post(CONTACTS, content=b'{"email": "a@b.c"}', headers=headers)
    assert (response.status_code, response.json()) == (415, {"error": "JSON required"})


def test_a_compressed_body_is_refused(toy: Api) -> None:
    response = toy.post(CONTACTS, content=b"\x1f\x8b", headers={**JSON, "Content-Encoding": "gzip"})
    assert response.status_code == 400


def test_another_charset_is_decoded(toy: Api) -> None:
    body = '{"email": "é@b.c"}'.encode("utf-16")
    response = toy.post(CONTACTS, content=body, headers={"Content-Type": "application/json; charset=utf-16"})
    assert response.json()["email"] == "é@b.c"


def test_an_incomplete_character_is_refused(toy: Api) -> None:
    response = toy.post(
        CONTACTS, content=b'{"email": "+2AA-"}', headers={"Content-Type": "application/json; charset=utf-7"}
    )
    assert response.status_code == 400


@pytest.mark.parametrize("charset", ["nonsense", "rot13", "base64", "utf-16"])
def test_an_unknown_or_wrong_charset_is_refused(toy: Api, charset: str) -> None:
    headers = {"Content-Type": f"application/json; charset={charset}"}
    assert toy.post(CONTACTS, content=b'{"email": "x"}', headers=headers).status_code == 400


def test_a_body_over_the_limit_is_refused(toy: Api) -> None:
    response = toy.post(CONTACTS, content=b" " * (8 * 1024 * 1024 + 1), headers=JSON)
    assert (response.status_code, response.json()) == (413, {"error": "body too large"})


def test_an_unknown_path_below_the_base_gets_the_vendors_error(toy: Api) -> None:
    response = toy.get("/toy/nothing")
    assert (response.status_code, response.json()) == (404, {"error": "not found"})


@pytest.mark.parametrize("path", ["/toy/contacts/", "/toy/contacts%0A", "/toy//contacts", "/toy/Contacts"])
def test_paths_must_match_the_contract_exactly(toy: Api, path: str) -> None:
    assert toy.post(path, json={"email": "a@b.c"}).status_code == 404


def test_a_path_of_no_vendor_is_a_plain_problem(toy: Api) -> None:
    response = toy.get("/nothing")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_another_method_lists_the_allowed_ones(toy: Api, method: str) -> None:
    response = toy.request(method, CONTACTS)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.json() == {"error": "method not allowed"}


def test_a_response_to_head_has_no_body(toy: Api) -> None:
    response = toy.request("HEAD", CONTACTS)
    assert (response.status_code, response.content) == (405, b"")
    assert int(response.headers["content-length"]) > 0


def test_the_date_is_the_sessions(toy: Api) -> None:
    assert toy.post(CONTACTS, json={}).headers["date"] == "Sat, 31 Jan 2026 12:00:00 GMT"


def test_an_exception_in_an_operation_is_the_vendors_500(
    toy: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("crm_mocks.state.records.Records.find")
    response = toy.post(CONTACTS, json={"email": "a@b.c"})
    assert (response.status_code, response.json()) == (500, {"error": "failed"})
    assert "toy.createContact failed in request default-1\n" in caplog.text


@pytest.mark.parametrize(
    "place", ["crm_mocks.asgi.exchange.serialize", "crm_mocks.asgi.pipeline.RequestPipeline.unmatched"]
)
def test_the_log_of_an_internal_error_has_no_token_of_the_path(
    toy: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.delattr(place)
    token = "9f86d081884c7d659a2feaa0c55ad015"
    assert toy.get(f"/toy/contacts/{token}").status_code == 500
    assert "/toy/contacts/***(32): internal error of the mock" in caplog.text
    assert token not in caplog.text


def test_a_response_that_breaks_the_contract_is_recorded(
    toy_vendor: Vendor, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    mock = Api(toy_vendor)
    monkeypatch.setattr("crm_mocks.state.records.Records.next", _not_a_number)
    mock.post(CONTACTS, json={"email": "a@b.c"}, headers={"X-Key": "demo-key"})
    assert mock.entries()[0].response_defects == ["body.id: must be of type integer, is string"]
    assert "breaks the contract" in caplog.text
    mock._loop.close()


async def _not_a_number(*_: Any) -> str:
    return "one"


def test_latency_delays_the_response(
    api: Callable[..., Api], toy_vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    delays: list[float] = []

    async def sleep(seconds: float) -> None:
        delays.append(seconds)

    slow = api(toy_vendor, settings={"toy.latency_ms": 30})
    monkeypatch.setattr("crm_mocks.asgi.response_sending.asyncio.sleep", sleep)
    assert slow.get("/toy/nothing").status_code == 404
    assert delays == [0.03]


def test_cors_allows_cross_origin_requests(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    mock = api(toy_vendor, cors=True)
    asked = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
    preflight = mock.request("OPTIONS", CONTACTS, headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "http://localhost:3000"
    answer = mock.post(CONTACTS, json={}, headers={"Origin": "http://localhost:3000"})
    assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"


def test_without_cors_cross_origin_requests_are_not_allowed(toy: Api) -> None:
    answer = toy.post(CONTACTS, json={}, headers={"Origin": "http://localhost:3000"})
    assert "access-control-allow-origin" not in answer.headers
