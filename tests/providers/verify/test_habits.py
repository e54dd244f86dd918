"""Habits of correct providers and of what stands in front of them break nothing."""

from __future__ import annotations

import gzip
import http.client
import itertools
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

import crm_mocks
from crm_contracts.commands.verify import command
from tests.docs.snippets import ROOT
from tests.verdicts.programs import serving

VENDOR = "config_api"
TOO_MANY_REQUESTS = json.dumps({"errorMessage": "Too many requests"}).encode()


class _Gateway(BaseHTTPRequestHandler):
    """Forwards requests to a mock, and changes its responses."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    target = ""
    prefix = ""
    change = staticmethod(lambda _number, _request, *response: response)
    numbers = itertools.count(1)
    too_many = None

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self._forward
        raise AttributeError(name)

    def _forward(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        number = next(self.numbers)
        if self.too_many is not None and number % 9 == 0:
            self._send(429, {"Content-Type": "application/json", **self.too_many}, TOO_MANY_REQUESTS)
            return
        upstream = http.client.HTTPConnection(urlsplit(self.target).netloc)
        path = urlsplit(self.target).path + self.path.removeprefix(self.prefix)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        upstream.request(self.command, path, raw, headers)
        response = upstream.getresponse()
        body = response.read()
        kept = ("content-type", "allow", "www-authenticate", "cache-control", "pragma", "expires")
        fields = {name: value for name, value in response.getheaders() if name.lower() in kept}
        upstream.close()
        self._send(*self.change(number, self, response.status, fields, body))

    def _send(self, status, fields, body):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        if "Transfer-Encoding" not in fields and self.protocol_version == "HTTP/1.1":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args):
        """Log nothing."""


@contextmanager
def gateway(change=None, **attributes):
    """Serve a mock behind a gateway; yield the gateway's URL."""
    settings = {f"{VENDOR}.rate_limit": "off"}
    with crm_mocks.serve([VENDOR], port=0, settings=settings) as mocks:
        members = {"target": mocks[VENDOR].url, "numbers": itertools.count(1), **attributes}
        handler = type("Handler", (_Gateway,), members | ({"change": staticmethod(change)} if change else {}))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}{handler.prefix}"
        finally:
            server.shutdown()
            server.server_close()


def verify(url, *options, vendor=VENDOR):
    return CliRunner().invoke(
        command, [vendor, "--url", url, "--phases", "scenarios,examples", *options], standalone_mode=False
    )


def gzipped(_number, request, status, headers, body):
    if "gzip" not in request.headers.get("Accept-Encoding", "") or not body:
        return status, headers, body
    return status, {**headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}, gzip.compress(body)


def chunked(_number, _request, status, headers, body):
    if not body:
        return status, headers, body
    parts = (body[:1], body[1:], b"")
    raw = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return status, {**headers, "Transfer-Encoding": "chunked"}, raw


def extra_headers(_number, _request, status, headers, body):
    extra = {"X-Request-Id": "7", "Set-Cookie": "a=1; Path=/", "Server-Timing": "db;dur=3", "Via": "1.1 gateway"}
    return status, {**headers, **extra}, body


def extra_members(_number, _request, status, headers, body):
    document = json.loads(body) if body else None
    if isinstance(document, dict):
        body = json.dumps({"_links": {"self": "/"}, **document, "x-new": None}).encode()
    return status, headers, body


def another_spelling_of_content_type(_number, _request, status, headers, body):
    if "content-type" in {name.lower() for name in headers}:
        headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        headers["content-TYPE"] = 'Application/JSON; Charset="UTF-8"'
    return status, headers, body


def byte_order_mark(_number, request, status, headers, body):
    return status, headers, b"\xef\xbb\xbf" + body if body and request.command != "HEAD" else body


def slow_at_first(number, _request, status, headers, body):
    time.sleep(0.5 if number <= 2 else 0)
    return status, headers, body


HABITS = {
    "gzip": gzipped,
    "chunked": chunked,
    "extra headers": extra_headers,
    "extra members": extra_members,
    "Content-Type in another spelling": another_spelling_of_content_type,
    "a byte order mark": byte_order_mark,
    "slow at first": slow_at_first,
}


@pytest.mark.parametrize("habit", HABITS)
def test_a_habit_breaks_nothing(habit):
    with gateway(HABITS[habit]) as url:
        done = verify(url)
    assert done.return_value == 0, done.output


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0"}], ids=["alone", "with Retry-After"])
def test_a_request_that_exceeds_the_rate_is_sent_again(headers, monkeypatch):
    monkeypatch.setattr("crm_contracts.providers.verify.guarded_transport._PAUSES", (0.0, 0.0, 0.0))
    with gateway(too_many=headers) as url:
        done = verify(url, "--phases", "scenarios")
    assert done.return_value == 0, done.output
    assert "429 ×" in done.output


def test_http_1_0_breaks_nothing():
    with gateway(protocol_version="HTTP/1.0") as url:
        done = verify(url)
    assert done.return_value == 0, done.output


def test_a_base_path_belongs_to_the_provider():
    with gateway(prefix="/tenants/7/api") as url:
        done = verify(f"{url}/")
    assert done.return_value == 0, done.output


def test_a_redirect_is_one_finding_that_names_the_target():
    def redirect(_number, request, _status, _headers, _body):
        return 301, {"Location": f"https://provider.example.com{request.path}"}, b""

    with gateway(redirect) as url:
        done = verify(url)
    assert done.return_value == 1
    assert "1 rule broken by the provider" in done.output
    assert "redirects to https://provider.example.com" in done.output


def test_an_unchecked_enum_is_one_finding_among_many_members():
    contract = str(ROOT / "openapi" / "crmcom.yaml")
    with serving("crmcom_provider.py", BUGS="importance", CONTRACT=contract) as url:
        done = verify(url, "--phases", "coverage", vendor="crmcom")
    assert done.return_value == 1
    assert "1 rule broken by the provider" in done.output
    assert "body.importance accepted-invalid" in done.output
