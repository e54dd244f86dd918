"""Requests go to the provider only, at a limited rate, and are logged with any result."""

from __future__ import annotations

import gzip
import time
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from types import SimpleNamespace

import brotli
import pytest
import requests
import schemathesis
from requests.adapters import HTTPAdapter
from schemathesis.config import ProjectConfig
from schemathesis.engine.context import make_session
from schemathesis.transport import requests as transport

from crm_contracts.providers.verify.fresh_connections import share_tls_contexts
from crm_contracts.providers.verify.guarded_transport import MAX_NESTING, MAX_VALUES, GuardedTransport
from crm_contracts.providers.verify.observations import CoverageGap, Exchange, ObservationLog, read
from crm_contracts.providers.verify.rate_limit import RateLimit, interval
from crm_contracts.providers.verify.reachability import check
from crm_mocks.errors import CrmMocksError, UsageError
from tests.providers.verify.providers import provider, responding, sending, silent

RESEND = "_request_resending_on_dropped_connection"
OK = responding("200 OK", b'{"a": 1}', Content_Type="application/json")


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
GZIPPED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
OK_KEPT = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True)
class Calls:
    """Requests of schemathesis: the heads that a provider received, and the failures that were logged."""

    heads: list[bytes]
    failures: list[str]


@pytest.fixture
def scripted_calls(tmp_path, monkeypatch):
    """Return a function that calls an operation in one session of schemathesis, once for each response.

    The provider closes a connection without a response when a second request comes on it.
    """
    monkeypatch.setattr(HTTPAdapter, "send", HTTPAdapter.send)
    monkeypatch.setattr(transport, RESEND, getattr(transport, RESEND))
    session_type = transport.SameHostRedirectsSession
    monkeypatch.setattr(session_type, "get_redirect_target", session_type.get_redirect_target)
    operation = {"responses": {"200": {"description": "done"}}}
    contract = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/things": {"post": operation}}}

    def call(responses):
        heads = []

        def behaviour(connection, head):
            heads.append(head)  # before the response: once it has come, the test may read the heads
            response = responses[len(heads) - 1]
            connection.sendall(response)
            if response:
                connection.recv(1)

        with (
            provider(behaviour) as url,
            ObservationLog(tmp_path / "log") as log,
            make_session(ProjectConfig()) as session,
        ):
            GuardedTransport(url, log, seconds=60.0).install()
            schema = schemathesis.openapi.from_dict(contract)
            for _ in responses:
                with suppress(requests.ConnectionError):
                    schema["/things"]["POST"].Case().call(base_url=url, session=session, allow_redirects=False)
        return Calls(heads, [logged.failure for logged in read(tmp_path / "log")])

    return call


@pytest.fixture
def sent(tmp_path):
    """Send a request to a provider with a behaviour; return the last error, if any, and the observations."""

    def sent(behaviour, *, times=1, method="POST", path="/things", **options):
        with provider(behaviour) as url, ObservationLog(tmp_path / "log") as log:
            transport = GuardedTransport(url, log, **{"seconds": 60.0, **options})
            error = None
            for _ in range(times):
                try:
                    transport.deliver(method, path, b"{}", {"X-Key": "k"})
                except requests.RequestException as caught:
                    error = caught
            return error, list(read(tmp_path / "log"))

    return sent


def test_an_exchange_is_logged_completely(sent):
    error, (logged,) = sent(OK)
    assert error is None
    assert (logged.method, logged.status, logged.request_body, logged.response_body) == (
        "POST",
        200,
        b"{}",
        b'{"a": 1}',
    )
    assert ("X-Key", "k") in logged.request_headers
    assert ("Content-Type", "application/json") in logged.response_headers
    assert logged.at.endswith("Z")
    assert logged.milliseconds >= 0


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"[" + b"1," * MAX_VALUES + b"1]", f"the body has more than {MAX_VALUES} values, the limit of verify"),
        (
            b"[" * (MAX_NESTING + 1) + b"]" * (MAX_NESTING + 1),
            f"the body is nested more than {MAX_NESTING} levels deep, the limit of verify",
        ),
    ],
)
def test_a_body_that_would_take_all_checks_minutes_is_no_response(sent, body, failure):
    error, (logged,) = sent(responding("200 OK", body, Content_Type="application/json"))
    assert isinstance(error, requests.RequestException)
    assert (logged.status, logged.failure) == (0, failure)


def test_commas_in_a_body_that_is_no_json_are_no_values(sent):
    error, _ = sent(responding("200 OK", b"1," * (MAX_VALUES + 1), Content_Type="text/csv"))
    assert error is None


def test_a_cookie_that_cannot_be_read_is_no_warning(sent, recwarn):
    error, (logged,) = sent(responding("200 OK", b"{}", Set_Cookie=f"a=b; Max-Age={'9' * 400}"))
    assert (error, logged.status) == (None, 200)
    assert [each.message for each in recwarn] == []


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        pytest.param(sending(b""), "no response: Remote end closed connection", id="closed"),
        pytest.param(
            sending(b"\0\1 hunter22\r\n\r\n"), "no response: invalid status line of 11 characters", id="garbage"
        ),
        pytest.param(
            sending(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
            "no response: the body ends 5 bytes early",
            id="half",
        ),
        pytest.param(
            responding("200 OK", b"hello", Content_Encoding="gzip"), "the body cannot be decoded:", id="no gzip"
        ),
        pytest.param(
            sending(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhunter22\r\n"),
            "no response: a chunk of the body is invalid or cut off",
            id="no chunk",
        ),
    ],
)
def test_a_failed_request_is_logged_with_its_reason(behaviour, failure, sent):
    error, (logged,) = sent(behaviour)
    assert error is not None
    assert logged.status == 0
    assert logged.failure.startswith(failure)


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nha"])
def test_a_response_that_hangs_is_aborted(head, sent):
    def behaviour(connection, request_head):
        connection.sendall(head)
        silent(connection, request_head)

    _, (logged,) = sent(behaviour, seconds=0.2)
    assert logged.failure == "no complete response within 0.2 s"


@pytest.mark.parametrize(
    ("head", "repeated"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", b" ", id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-A: ", b" ", id="header"),
        pytest.param(b"", b" ", id="status line"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="informational responses"),
        pytest.param(CHUNKED, b"0", id="length of a chunk"),
        pytest.param(CHUNKED + b"2\r\n{}\r\n0\r\n", b"X-A: b\r\n", id="trailers"),
        pytest.param(GZIPPED + gzip.compress(b"", mtime=0)[:10], b"\0\0\0\xff\xff", id="empty blocks of gzip"),
    ],
)
def test_a_response_that_trickles_is_aborted(head, repeated, sent):
    def behaviour(connection, _):
        connection.sendall(head)
        while True:
            connection.sendall(repeated)
            time.sleep(0.02)

    _, (logged,) = sent(behaviour, seconds=0.2)
    assert logged.failure == "no complete response within 0.2 s"


def test_requests_of_schemathesis_have_connections_of_their_own(scripted_calls):
    calls = scripted_calls([OK_KEPT, OK_KEPT, OK_KEPT])
    assert calls.failures == ["", "", ""]
    assert all(b"\r\nConnection: close\r\n" in head for head in calls.heads)


def test_a_request_whose_new_connection_is_closed_is_not_sent_again(scripted_calls):
    calls = scripted_calls([OK_KEPT, b"", OK_KEPT])
    assert [failure.partition(":")[0] for failure in calls.failures] == ["", "no response", ""]
    assert len(calls.heads) == 3


def test_an_endless_body_is_aborted(sent):
    def behaviour(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"[" * 1_000_000)

    _, (logged,) = sent(behaviour)
    assert logged.failure == "the body has more than 16777216 bytes, the limit of verify"


@pytest.mark.parametrize(
    ("body", "codings"),
    [
        (gzip.compress(gzip.compress(bytes(2**25), mtime=0), mtime=0), "gzip, gzip"),
        (brotli.compress(bytes(2**25), quality=1), "br"),
    ],
)
def test_a_body_that_is_too_large_when_decompressed_is_aborted(body, codings, sent):
    _, (logged,) = sent(responding("200 OK", body, Content_Encoding=codings))
    assert logged.failure == "the body cannot be decoded: it exceeds 16777216 bytes when decompressed"


@pytest.mark.parametrize("status", [b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 "])
def test_a_provider_whose_first_response_trickles_is_reached_in_time(status):
    ended = Event()

    def behaviour(connection, _):
        connection.sendall(status)
        try:
            while True:
                connection.sendall(b" ")
                time.sleep(0.02)
        except OSError:
            ended.set()

    with provider(behaviour) as url:
        check(url, 0.2, None)
        assert ended.wait(60)


def test_no_more_is_sent_to_a_provider_that_does_not_respond(sent):
    error, logged = sent(sending(b""), times=8)
    assert isinstance(error, requests.ConnectionError)
    assert [type(each) for each in logged] == [*[Exchange] * 5, CoverageGap]
    assert logged[-1].text == "the provider did not respond to 5 consecutive requests; no more were sent"


LOCATIONS = ["http://127.0.0.1:1/elsewhere", "http://[::1", "http://a..b/", "file:///etc/passwd", "//\xff:x/"]


@pytest.mark.parametrize("location", LOCATIONS)
def test_redirects_are_not_followed(location, sent):
    _, (logged,) = sent(responding("302 Found", Location=location))
    assert logged.status == 302


@pytest.mark.parametrize("location", LOCATIONS)
def test_a_provider_that_redirects_is_reached(location):
    with provider(responding("302 Found", Location=location)) as url:
        check(url, 60.0, None)


def test_redirects_are_not_followed_by_schemathesis(scripted_calls):
    redirects = [f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {each}\r\n\r\n".encode() for each in LOCATIONS]
    calls = scripted_calls(redirects)
    assert calls.failures == [""] * len(redirects)
    assert len(calls.heads) == len(redirects)


def test_nothing_is_sent_to_another_origin(tmp_path):
    with ObservationLog(tmp_path / "log") as log:
        transport = GuardedTransport("http://127.0.0.1:1/base", log, seconds=1)
        request = requests.Request("GET", "http://127.0.0.2:1/base/things").prepare()
        with pytest.raises(requests.exceptions.InvalidURL):
            transport.carry(request, lambda _: pytest.fail("it was sent"))
    assert list(read(tmp_path / "log")) == []


@pytest.mark.parametrize(
    ("method", "path", "is_sent"),
    [
        ("GET", "/things/7", True),
        ("HEAD", "/anything", True),
        ("POST", "/things/7", False),
        ("GET", "/things/7/parts", False),
        ("GET", "/others", False),
    ],
)
def test_only_allowed_operations_are_sent(method, path, is_sent, sent):
    error, logged = sent(OK, method=method, path=path, only=[("GET", "/things/{id}")])
    assert (error is None, len(logged)) == (is_sent, int(is_sent))


def test_send_returns_none_for_invalid_json_and_raises_without_a_response(tmp_path):
    with provider(responding("200 OK", b"<html>")) as url, ObservationLog(tmp_path / "log") as log:
        assert GuardedTransport(url, log, seconds=60).send("GET", "/") is None
    with ObservationLog(tmp_path / "log") as log, pytest.raises(CrmMocksError, match="GET / got no response"):
        GuardedTransport("http://127.0.0.1:1", log, seconds=60).send("GET", "/")


@pytest.fixture
def clock(monkeypatch):
    """A clock that only `sleep` advances."""
    now = [100.0]
    monkeypatch.setattr("crm_contracts.providers.verify.rate_limit.time.monotonic", lambda: now[0])
    monkeypatch.setattr(
        "crm_contracts.providers.verify.rate_limit.time.sleep", lambda seconds: now.__setitem__(0, now[0] + seconds)
    )
    return now


def test_requests_keep_the_rate(clock):
    rate_limit = RateLimit(interval("120/m"))
    moments = []
    for _ in range(3):
        rate_limit.wait()
        moments.append(clock[0])
    assert moments == [100.0, 100.5, 101.0]


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("7", 7), ("100000", 300), ("soon", 0), ("", 0), ("-1", 0), ("\u00b2", 0), ("9" * 5000, 0)],
)
def test_retry_after_is_honoured(retry_after, seconds, clock):
    rate_limit = RateLimit()
    rate_limit.pause(retry_after)
    rate_limit.wait()
    assert clock[0] == 100.0 + seconds


@pytest.mark.parametrize("rate", ["5", "5/d", "0/s", "-1/s", "x/s", "nan/s", "inf/s", "/s", ""])
def test_an_invalid_rate_is_a_usage_error(rate):
    with pytest.raises(UsageError, match="must be a number of requests"):
        interval(rate)


def test_shared_tls_contexts_leave_pools_of_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HTTPAdapter, "cert_verify", HTTPAdapter.cert_verify)
    share_tls_contexts()
    pool = SimpleNamespace()  # as of in-process mocks
    HTTPAdapter().cert_verify(pool, "https://crm.example/", verify=True, cert=None)  # type: ignore[arg-type]  # any pool
    assert not hasattr(pool, "conn_kw")
