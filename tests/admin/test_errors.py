"""Errors are problem documents, and no request of a client causes a 5xx."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from crm_mocks.admin.events import EVENTS
from crm_mocks.live_page.static_files import PREFIX
from tests.admin.api_contract import ADMIN, CONTRACT
from tests.admin.conftest import OPERATION, Control

ROUTES = sorted(
    (method.upper(), path.removeprefix(ADMIN))
    for path, item in CONTRACT.document["paths"].items()
    for method in item.keys() & {"get", "post", "put", "delete"}
    if path != EVENTS and not path.startswith(PREFIX)
)
"""All routes of the contract but the stream of events, which does not end, and those of the live page."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
BODIES = [
    b"",
    b"null",
    b"true",
    b"0",
    b"1e999",
    b'""',
    b'"\\ud800"',
    b"{",
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    b"NaN",
    b"[" * 100_000,
    b"[" * 1000 + b"]" * 1000,
    b"1" * 5000,
    b'{"":{}}',
    b'{"session":null}',
    b'{"session":"' + b"x" * 200 + b'"}',
    b'{"session":"\\u0000"}',
    b'{"a.b":1,"a":{"":{}}}',
    b'{"session":"default","session":5}',
    f'{{"operation":"{OPERATION}","status":500,"match":[[[]]],"headers":{{}}}}'.encode(),
    b"\x1f\x8b\x08\x00",
]
QUERIES = [
    "",
    "session=%FF",
    "session=%00",
    "session=*",
    "session=../x",
    "vendor=toy&kind=contacts",
    "vendor=toy&kind=contacts&key=%0d%0a",
    "%ZZ=%",
    "&&==&",
    "wait_ms=1&count=0",
    "since=%F0%9F%98%80",
    "since=" + "9" * 400,
    "a=1&" * 2000,
]


def is_success_or_client_error(response: Any) -> bool:
    """Return whether a response is a success or a well-formed client error."""
    if response.status_code < 400:
        return True
    if response.request.method != "HEAD":
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["status"] == response.status_code
    return bool(response.status_code < 500)


def test_the_table_has_the_routes_of_the_contract() -> None:
    assert {("GET", "health"), ("PUT", "records"), ("POST", "findings"), ("GET", "verdict")} <= set(ROUTES)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_request_without_arguments_is_served_or_refused(control: Control, method: str, path: str) -> None:
    assert control.api.request(method, f"/__admin/{path}").status_code in (200, 201, 400)


@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/health/", "//health", "/Health", "/verdicts", "/%2e%2e/x", "/%0a"]
)
def test_an_unknown_path_is_404_and_lists_the_known_ones(control: Control, path: str) -> None:
    response = control.api.get(f"/__admin{path}")
    assert response.status_code == 404
    assert "/__admin/health" in response.json()["detail"]


@pytest.mark.parametrize("path", sorted({path for _, path in ROUTES}))
def test_a_wrong_method_is_405_with_the_allowed_ones(control: Control, path: str) -> None:
    known = {method for method, each in ROUTES if each == path}
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"):
        if method not in known:
            response = control.api.request(method, f"/__admin/{path}")
            assert response.status_code == 405
            assert known <= set(response.headers["allow"].split(", "))
            assert is_success_or_client_error(response)


@pytest.mark.parametrize("body", [b"{", b"\xff", b"NaN", b"\x1f\x8b\x08\x00", b"[" * 5000])
def test_unreadable_json_is_400(control: Control, body: bytes) -> None:
    response = control.api.post("/__admin/reset", content=body)
    assert response.status_code == 400
    assert "JSON" in response.json()["detail"]


def test_a_body_over_the_limit_is_413_and_changes_nothing(control: Control) -> None:
    control.create()
    limit = control.mock_app.limits.body_bytes
    response = control.api.post("/__admin/reset", content=b" " * (limit - 1) + b"{}")
    assert response.status_code == 413
    assert is_success_or_client_error(response)
    assert len(control.api.entries()) == 1


def test_a_chunked_body_is_read_completely(control: Control) -> None:
    async def chunks() -> Any:
        for chunk in (b'{"session":', b'"in-chunks"', b"}"):
            yield chunk

    assert control.api.post("/__admin/sessions", content=chunks()).json()["session"] == "in-chunks"


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_body_and_no_query_causes_a_5xx(control: Control, method: str, path: str) -> None:
    plain_queries, plain_bodies = QUERIES[:1], BODIES[:3]
    pairs = [*product(plain_queries, BODIES if method != "GET" else plain_bodies), *product(QUERIES, plain_bodies)]
    for query, body in dict.fromkeys(pairs):
        response = control.api.request(method, f"/__admin/{path}?{query}", content=body)
        assert is_success_or_client_error(response), f"{method} {path}?{query:.50} {body[:50]!r}: {response.text}"


@pytest.mark.parametrize(
    "headers",
    [
        [("X-Mock-Session", "a b")],
        [("X-Mock-Session", b"\xff")],
        [("X-Mock-Session", "")],
        [("X-Odd", "1")] * 150,
        [("Content-Type", "text/xml; charset=\xff".encode("latin-1"))],
        [("Content-Length", "999")],
        [("Content-Length", "x")],
        [("Transfer-Encoding", "chunked")],
        [("Cookie", "=;=;" * 1000)],
        [("Range", "bytes=5-1")],
        [("If-Modified-Since", "x")],
        [("Accept", "\\")],
        [("X_Mock_Session", "x")],
        [("Expect", "100-continue")],
        [("X-Forwarded-Host", "evil.example")],
    ],
)
def test_no_header_causes_a_5xx(control: Control, headers: list[tuple[str, Any]]) -> None:
    for method, path in ROUTES:
        response = control.api.request(method, f"/__admin/{path}", headers=headers, content=b"{}")
        assert is_success_or_client_error(response), f"{method} {path}: {response.text}"


@pytest.mark.parametrize("method", METHODS)
def test_no_method_causes_a_5xx(control: Control, method: str) -> None:
    for path in ("", "health", "requests", "nothing", "records?vendor=toy&kind=contacts"):
        assert is_success_or_client_error(control.api.request(method, f"/__admin/{path}"))


def test_undecodable_bytes_in_path_and_query_cause_no_5xx(control: Control) -> None:
    """Servers pass such bytes on; httpx would escape them."""
    statuses = []

    async def ask(path: str, query: bytes) -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        headers = [(b"host", b"localhost")]
        scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": headers}
        await control.api.app(scope, receive, send)

    control.api.run(ask("/__admin/requests", b"session=\xff\x00\xe9&\xff=1"))
    control.api.run(ask("/__admin/\udcff\ud800", b""))
    control.api.run(ask("/__admin/requests", b"session=\xc3\xa9"))
    assert statuses == [400, 404, 200]
