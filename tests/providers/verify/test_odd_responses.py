"""Floods and oddities of responses: what HTTP allows is read as any client reads it, and the rest is named."""

from __future__ import annotations

import gzip
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.guarded_transport import GuardedTransport
from crm_contracts.providers.verify.observations import ObservationLog, read
from tests.providers.verify.providers import provider, sending

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
BODY = b'{"a": 1}'
SIZED = HEAD + b"Content-Length: 8\r\n"


def headed(*lines: bytes) -> bytes:
    """Return a response with further header lines."""
    return SIZED + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + BODY


INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
ALLOWED = {
    "a redirect to itself": b"HTTP/1.1 302 Found\r\nLocation: /things\r\nContent-Length: 0\r\n\r\n",
    "a redirect to nowhere": b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
    "a long Allow": headed(b"Allow: " + b", ".join([b"GET"] * 5000)),
    "a Retry-After that is a date": headed(b"Retry-After: Fri, 31 Dec 2038 23:59:59 GMT"),
    "a Retry-After beyond all time": headed(b"Retry-After: " + b"9" * 400),
    "a Retry-After that is neither": headed(b"Retry-After: soon"),
    "many cookies": headed(*[b"Set-Cookie: a%d=b; Path=/" % number for number in range(60)]),
    "a cookie of no form": headed(b"Set-Cookie: =;;;=\xff; Expires=never"),
    "a long Link": headed(b"Link: " + b", ".join([b"</a>; rel=next"] * 3000)),
    "interim responses": INTERIM * 5 + headed(),
    "HTTP/1.0": headed().replace(b"HTTP/1.1", b"HTTP/1.0"),
    "HTTP/1.0 until its end": (HEAD + b"\r\n" + BODY).replace(b"HTTP/1.1", b"HTTP/1.0"),
    "an unknown charset": headed().replace(b"json", b"json; charset=klingon"),
    "the wrong charset": headed().replace(b"json", b"json; charset=utf-16"),
    "XML": headed().replace(b"application/json", b"application/xml"),
    "multipart without a boundary": headed().replace(b"application/json", b"multipart/mixed"),
    "events": headed().replace(b"application/json", b"text/event-stream"),
    "lines of JSON": headed().replace(b"application/json", b"application/x-ndjson"),
    "204 with a body": headed().replace(b"200 OK", b"204 No Content"),
    "304 with a body": headed().replace(b"200 OK", b"304 Not Modified"),
}
BROKEN = {
    "interim responses without an end": (INTERIM * 20_000, "no response"),
    "too many header lines": (headed(*[b"X-%d: 1" % number for number in range(500)]), "no response"),
    "a header line that is too long": (headed(b"X: " + b"x" * 100_000), "no response"),
    "a gzip body that is cut off": (
        HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY)[:-4],
        "the body cannot be decoded",
    ),
}


def exchanged(raw: bytes, log: Path, method: str = "GET") -> Exchange:
    """Return the logged exchange with a provider that sends bytes."""
    with provider(sending(raw)) as url, ObservationLog(log) as observations:
        transport = GuardedTransport(url, observations, seconds=20)
        with suppress(requests.RequestException):
            transport.deliver(method, "/things", b"", {})
    (exchange,) = (each for each in read(log) if isinstance(each, Exchange))
    return exchange


@pytest.mark.parametrize("raw", ALLOWED.values(), ids=ALLOWED)
def test_what_http_allows_is_a_response(raw: bytes, tmp_path: Path) -> None:
    exchange = exchanged(raw, tmp_path / "log")

    assert exchange.failure == ""
    assert exchange.status in (200, 204, 302, 304)


@pytest.mark.parametrize("raw", [ALLOWED["204 with a body"], ALLOWED["304 with a body"]], ids=["204", "304"])
def test_bytes_after_a_response_without_a_body_are_no_body(raw: bytes, tmp_path: Path) -> None:
    assert exchanged(raw, tmp_path / "log").response_body == b""


def test_bytes_after_the_response_to_head_are_no_body(tmp_path: Path) -> None:
    assert exchanged(headed(), tmp_path / "log", "HEAD").response_body == b""


@pytest.mark.parametrize(("raw", "why"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_response_is_named(raw: bytes, why: str, tmp_path: Path) -> None:
    assert exchanged(raw, tmp_path / "log").failure.startswith(why)
