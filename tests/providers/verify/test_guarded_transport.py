"""What goes to a provider goes there only, at a pace, and is noted whatever comes back."""

from __future__ import annotations

import time

import pytest
import requests

from crm_contracts.providers.verify.guarded_transport import GuardedTransport
from crm_contracts.providers.verify.observations import Exchange, Incompleteness, ObservationLog, read
from crm_contracts.providers.verify.rate_limit import RateLimit, interval
from crm_mocks.errors import CrmMocksError, UsageError
from tests.providers.verify.providers import answering, provider, sending, silent

OK = answering("200 OK", b'{"a": 1}', Content_Type="application/json")


@pytest.fixture
def sent(tmp_path):
    """Send a request to a provider that behaves in some way; return the error, if any, and what was noted."""

    def sent(behaviour, *, times=1, method="POST", path="/things", **options):
        with provider(behaviour) as url, ObservationLog(tmp_path / "notes") as notes:
            wire = GuardedTransport(url, notes, **{"seconds": 5.0, **options})
            error = None
            for _ in range(times):
                try:
                    wire.deliver(method, path, b"{}", {"X-Key": "k"})
                except requests.RequestException as caught:
                    error = caught
            return error, list(read(tmp_path / "notes"))

    return sent


def test_an_exchange_is_noted_whole(sent):
    error, (noted,) = sent(OK)
    assert error is None
    assert (noted.method, noted.status, noted.request_body, noted.response_body) == ("POST", 200, b"{}", b'{"a": 1}')
    assert ("X-Key", "k") in noted.request_headers
    assert ("Content-Type", "application/json") in noted.response_headers
    assert noted.at.endswith("Z")
    assert noted.milliseconds >= 0


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        pytest.param(sending(b""), "no answer: Remote end closed connection", id="closed"),
        pytest.param(sending(b"\0\1 hello\r\n\r\n"), "no answer:", id="garbage"),
        pytest.param(sending(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), "no answer:", id="half"),
        pytest.param(answering("200 OK", b"hello", Content_Encoding="gzip"), "the body cannot be read:", id="no gzip"),
        pytest.param(
            sending(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "no answer:", id="no chunk"
        ),
    ],
)
def test_an_answer_that_is_none_is_noted_with_its_reason(behaviour, failure, sent):
    error, (noted,) = sent(behaviour)
    assert error is not None
    assert noted.status == 0
    assert noted.failure.startswith(failure)


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nha"])
def test_an_answer_that_does_not_end_is_given_up(head, sent):
    def behaviour(connection, asked):
        connection.sendall(head)
        silent(connection, asked)

    _, (noted,) = sent(behaviour, seconds=0.2)
    assert noted.failure == "no whole answer within 0.2 s"


def test_an_answer_that_comes_in_drops_is_given_up(sent):
    def behaviour(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b" ")
            time.sleep(0.02)

    _, (noted,) = sent(behaviour, seconds=0.2)
    assert noted.failure == "no whole answer within 0.2 s"


def test_a_body_without_end_is_given_up(sent):
    def behaviour(connection, _):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"[" * 1_000_000)

    _, (noted,) = sent(behaviour)
    assert noted.failure.endswith("the body is too long")


def test_no_more_is_sent_to_a_provider_that_does_not_answer(sent):
    error, noted = sent(sending(b""), times=8)
    assert isinstance(error, requests.ConnectionError)
    assert [type(each) for each in noted] == [*[Exchange] * 5, Incompleteness]
    assert noted[-1].text == "the provider left 5 requests in a row unanswered; no more were sent"


def test_redirects_are_not_followed(sent):
    _, (noted,) = sent(answering("302 Found", Location="http://127.0.0.1:1/elsewhere"))
    assert noted.status == 302


def test_nothing_is_sent_elsewhere(tmp_path):
    with ObservationLog(tmp_path / "notes") as notes:
        wire = GuardedTransport("http://127.0.0.1:1/base", notes, seconds=1)
        request = requests.Request("GET", "http://127.0.0.2:1/base/things").prepare()
        with pytest.raises(requests.exceptions.InvalidURL):
            wire.carry(request, lambda _: pytest.fail("it was sent"))
    assert list(read(tmp_path / "notes")) == []


@pytest.mark.parametrize(
    ("method", "path", "goes"),
    [
        ("GET", "/things/7", True),
        ("HEAD", "/anything", True),
        ("POST", "/things/7", False),
        ("GET", "/things/7/parts", False),
        ("GET", "/others", False),
    ],
)
def test_only_what_is_known_to_create_nothing_is_sent(method, path, goes, sent):
    error, noted = sent(OK, method=method, path=path, only=[("GET", "/things/{id}")])
    assert (error is None, len(noted)) == (goes, int(goes))


def test_what_is_no_json_is_nothing_to_those_who_ask_for_it(tmp_path):
    with provider(answering("200 OK", b"<html>")) as url, ObservationLog(tmp_path / "notes") as notes:
        assert GuardedTransport(url, notes, seconds=5).send("GET", "/") is None
    with ObservationLog(tmp_path / "notes") as notes, pytest.raises(CrmMocksError, match="GET / was not answered"):
        GuardedTransport("http://127.0.0.1:1", notes, seconds=5).send("GET", "/")


@pytest.fixture
def clock(monkeypatch):
    """A clock that only sleeping moves; yields the moments at which requests begin."""
    now = [100.0]
    monkeypatch.setattr("crm_contracts.providers.verify.rate_limit.time.monotonic", lambda: now[0])
    monkeypatch.setattr(
        "crm_contracts.providers.verify.rate_limit.time.sleep", lambda seconds: now.__setitem__(0, now[0] + seconds)
    )
    return now


def test_requests_keep_their_distance(clock):
    pace = RateLimit(interval("120/m"))
    moments = []
    for _ in range(3):
        pace.wait()
        moments.append(clock[0])
    assert moments == [100.0, 100.5, 101.0]


@pytest.mark.parametrize(("retry_after", "seconds"), [("7", 7), ("100000", 300), ("soon", 0), ("", 0), ("-1", 0)])
def test_an_answer_that_asks_to_wait_is_heeded(retry_after, seconds, clock):
    pace = RateLimit()
    pace.hold(retry_after)
    pace.wait()
    assert clock[0] == 100.0 + seconds


@pytest.mark.parametrize("rate", ["5", "5/d", "0/s", "-1/s", "x/s", "nan/s", "inf/s", "/s", ""])
def test_a_rate_that_is_none_is_a_usage_error(rate):
    with pytest.raises(UsageError, match="wants a number of requests"):
        interval(rate)
