"""Access control of the control API on a real socket, with requests that httpx cannot send."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crm_mocks.server.thread import Mocks
from crm_mocks.vendor import Vendor
from tests.server.connections import admin, exchange, journal, serving_toy

VERSION = b"/__admin/version"


@pytest.fixture(scope="module")
def mocks(toy_vendor: Vendor) -> Iterator[Mocks]:
    with serving_toy(toy_vendor) as served:
        yield served


def ask(mocks: Mocks, target: bytes, *headers: bytes, method: bytes = b"GET", version: bytes = b"HTTP/1.1") -> bytes:
    lines = [method + b" " + target + b" " + version, *headers, b"Connection: close", b"", b""]
    return exchange(mocks, b"\r\n".join(lines))


def status(response: bytes) -> int:
    return int(response.split(b" ", 2)[1])


def test_an_allowed_request_is_served(mocks: Mocks) -> None:
    response = ask(mocks, VERSION, b"Host: localhost")
    assert status(response) == 200
    assert b"contracts" in response


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (b"Host:",),
        (b"Host: evil.example",),
        (b"Host: evil.example", b"Host: localhost"),
        (b"Host: localhost", b"Host: evil.example"),
        (b"host: evil.example", b"X-Forwarded-Host: localhost"),
        (b"Host: localhost, evil.example",),
        (b"Host: localhost\tevil.example",),
        (b"Host: localhost", b"Origin: null"),
        (b"Host: localhost", b"Origin: https://evil.example", b"Origin: http://localhost"),
        (b"Host: localhost", b"oRiGiN: https://evil.example"),
        (b"Host: localhost", b"Sec-Fetch-Site: cross-site", b"Sec-Fetch-Mode: no-cors"),
    ],
    ids=str,
)
@pytest.mark.parametrize("version", [b"HTTP/1.1", b"HTTP/1.0"])
def test_foreign_requests_are_rejected(mocks: Mocks, headers: tuple[bytes, ...], version: bytes) -> None:
    response = ask(mocks, VERSION, *headers, version=version)
    assert status(response) in (400, 403)
    assert b"contracts" not in response


@pytest.mark.parametrize("host", [b"Host: localhost", b"Host: evil.example"])
def test_a_foreign_name_in_the_request_line_is_rejected(mocks: Mocks, host: bytes) -> None:
    response = ask(mocks, b"http://evil.example" + VERSION, host)
    assert status(response) in (400, 403)
    assert b"contracts" not in response


@pytest.mark.parametrize(
    "target",
    [
        b"/~x/__admin/version",
        b"//__admin/version",
        b"/x/../__admin/version",
        b"/__ADMIN/version",
        b"/__admin\\version",
        b"/%00/__admin/version",
        b"/?/__admin/version",
        b"*",
        b"__admin/version",
    ],
)
def test_other_targets_do_not_reach_the_control_api(mocks: Mocks, target: bytes) -> None:
    assert b"contracts" not in ask(mocks, target, b"Host: localhost").partition(b"\r\n\r\n")[2][:60]


def test_a_form_posted_by_a_foreign_page_resets_nothing(mocks: Mocks) -> None:
    ask(mocks, b"/~form/nowhere", b"Host: localhost")
    posted = b'{"session":"form","x":"="}'
    response = exchange(
        mocks,
        b"POST /__admin/reset HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://evil.example\r\n"
        b"Content-Type: text/plain\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(posted), posted),
    )
    assert status(response) == 403
    assert len(journal(mocks, "form")) == 1


def test_a_rebound_name_is_flagged_in_the_journal(mocks: Mocks) -> None:
    ask(mocks, b"/~rebound/toy/contacts", b"Host: evil.example", b"Origin: http://evil.example")
    assert [each["kind"] for each in journal(mocks, "rebound")[0]["notices"]] == ["foreign-host", "foreign-origin"]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_access_is_checked_on_both_loopback_addresses(toy_vendor: Vendor, host: str) -> None:
    with serving_toy(toy_vendor, host=host) as mocks:
        assert admin(mocks, "GET", "version")["version"]
        assert status(ask(mocks, VERSION, b"Host: evil.example")) == 403


def test_on_all_addresses_loopback_needs_the_token_too(toy_vendor: Vendor) -> None:
    with serving_toy(toy_vendor, host="0.0.0.0") as mocks:
        token = (mocks.admin_token or "").encode()
        assert status(ask(mocks, VERSION, b"Host: localhost")) == 401
        assert status(ask(mocks, VERSION, b"Host: localhost", b"Authorization: Bearer " + token)) == 200
        assert status(ask(mocks, VERSION, b"Host: evil.example")) == 403
        assert status(ask(mocks, VERSION, b"Host: crm.test", b"Authorization: Bearer " + token)) == 200
