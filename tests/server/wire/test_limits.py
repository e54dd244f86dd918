"""Limits: a request that exceeds one gets the vendor's response, and is the last on its connection."""

from __future__ import annotations

import asyncio.selector_events
import errno
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from crm_mocks.server.thread import Mocks
from crm_mocks.vendor import Vendor
from tests.server.connections import LOOPS, connect, contacts, end_time_outs, journal, serving_toy
from tests.server.wire.cases import BODY, CHUNKS, HOST, IN_CHUNKS, KEY, LINE, PLAIN, START
from tests.server.wire.exchanges import Answered, answers, converse, everything, is_served, next_status

SECONDS = 0.3
LIMITS = {
    "host.body_bytes": 1000,
    "host.header_bytes": 2000,
    "host.header_count": 20,
    "host.nesting": 20,
    "host.head_seconds": 60,
    "host.body_seconds": 60,
    "host.idle_seconds": 60,
}
"""Only the time-out under test is short, so that a busy machine makes no other one of it."""


def serving_impatient(stage: str) -> Callable[[pytest.FixtureRequest, Vendor], Iterator[Mocks]]:
    """Return a fixture of mocks with a short time-out for one stage; empty for none."""

    @pytest.fixture(scope="module", params=LOOPS)
    def served(request: pytest.FixtureRequest, toy_vendor: Vendor) -> Iterator[Mocks]:
        short = {f"host.{stage}_seconds": SECONDS} if stage else {}
        with serving_toy(toy_vendor, request.param, settings={**LIMITS, **short}) as mocks:
            yield mocks

    return served


limited = serving_impatient("")
impatient_for_heads = serving_impatient("head")
impatient_for_bodies = serving_impatient("body")
impatient_when_idle = serving_impatient("idle")


def check(came: list[Answered], status: int, error: str) -> None:
    """Assert that there is one response, in Toy CRM's format, with its violation."""
    (answer,) = came
    assert (answer.status, json.loads(answer.body)) == (status, {"error": error})
    assert answer.headers["connection"] == "close"
    assert json.loads(answer.headers["sl-violations"])


def test_time_outs_work_after_a_client_disconnected_during_a_time_out(
    toy_vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: object) -> None:
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")  # what asyncio's loop then passes on

    monkeypatch.setattr(asyncio.selector_events._SelectorSocketTransport, "write_eof", gone)  # type: ignore[attr-defined]  # no public way makes it fail in time
    with serving_toy(toy_vendor, "asyncio", settings={**LIMITS, "host.head_seconds": SECONDS}) as mocks:
        for _ in range(2):
            with connect(mocks) as connection:
                connection.sendall(LINE)
                assert b" 408 " in everything(connection)


TOO_LARGE = {
    "one large header": LINE + HOST + KEY + b"X: %s\r\n\r\n" % (b"y" * 3000),
    "far too large": LINE + HOST + KEY + b"X: %s\r\n\r\n" % (b"y" * 1_000_000),
    "many headers": LINE + HOST + KEY + b"X: y\r\n" * 30 + b"\r\n",
    "many large headers": LINE + HOST + KEY + b"X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n" * 300 + b"\r\n",
    "a large name": LINE + HOST + KEY + b"X" * 3000 + b": y\r\n\r\n",
    "without an end": LINE + HOST + KEY + b"X: %s" % (b"y" * 3000),
    "with a body": LINE + HOST + KEY + b"X: %s\r\nContent-Length: 5\r\n\r\nhello" % (b"y" * 3000),
    "large trailers": IN_CHUNKS + CHUNKS[:-2] + b"X: %s\r\n\r\n" % (b"y" * 3000),
    "many trailers": IN_CHUNKS + CHUNKS[:-2] + b"X: y\r\n" * 30 + b"\r\n",
}


@pytest.mark.parametrize("sent", TOO_LARGE.values(), ids=TOO_LARGE)
def test_too_large_headers_get_the_vendors_431(limited: Mocks, sent: bytes) -> None:
    check(converse(limited, sent + PLAIN, ends=False), 431, "headers too large")
    assert is_served(limited)


def test_a_431_is_journalled_in_the_session_named_by_its_headers(limited: Mocks) -> None:
    sent = LINE + HOST + KEY + b"X-Mock-Session: found\r\n" + b"X: %s\r\n\r\n" % (b"y" * 3000)
    with connect(limited) as connection:
        connection.sendall(sent)
        check(list(answers(everything(connection))), 431, "headers too large")
    assert [entry["answer"]["status"] for entry in journal(limited, "found")] == [431]


@pytest.mark.parametrize("sent", [b"GET /%s HTTP/1.1\r\n" % (b"a" * 3000), b"A" * 3000], ids=["complete", "endless"])
def test_a_request_line_over_the_limit_is_rejected(limited: Mocks, sent: bytes) -> None:
    assert [(each.status, each.is_bare) for each in converse(limited, sent + PLAIN, ends=False)] == [(414, True)]
    assert is_served(limited)


@pytest.mark.parametrize(
    "sent",
    [
        START + b"Content-Length: 1001\r\n\r\n",
        START + b"Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n",
        START + b"Content-Length: 5000000\r\n\r\n" + b"x" * 5_000_000,
        IN_CHUNKS + b"3e9\r\n" + b" " * 1001 + b"\r\n",
        IN_CHUNKS + b"1\r\nx\r\n" * 1001,
        IN_CHUNKS + b"4c4b40\r\n" + b" " * 5_000_000,
    ],
    ids=["announced", "expecting", "sent", "one chunk", "small chunks", "a large chunk"],
)
def test_a_too_large_body_gets_the_vendors_413(limited: Mocks, sent: bytes) -> None:
    check(converse(limited, sent, ends=False), 413, "body too large")
    assert is_served(limited)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("sent", [START + b"Content-Length: 5000000\r\n\r\n", b"hello\r\n"], ids=["413", "400"])
def test_over_tls_a_client_that_is_still_sending_can_read_the_rejection(
    toy_vendor: Vendor, loop: str, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("connection._TLS_LINGER_SECONDS", "protocol.LINGER_SECONDS"):
        monkeypatch.setattr(f"crm_mocks.server.{place}", 60.0)  # sending may take long here
    with serving_toy(toy_vendor, loop, tls=True, settings=LIMITS) as mocks, connect(mocks) as connection:
        connection.sendall(sent)
        for _ in range(50):
            connection.sendall(b"x" * 100_000)
        assert next_status(connection) == (400 if sent.startswith(b"hello") else 413)


def test_a_body_at_the_limit_is_read(limited: Mocks) -> None:
    body = BODY + b" " * (1000 - len(BODY))
    assert [each.status for each in converse(limited, START + b"Content-Length: 1000\r\n\r\n" + body)] == [201]


@pytest.mark.parametrize("status", [413, 431])
@pytest.mark.parametrize("path", [b"/", b"/nobody", b"/__admin/reset", b"/openapi/toy.json"])
def test_limits_apply_to_other_paths_too(limited: Mocks, path: bytes, status: int) -> None:
    large = {413: b"Content-Length: 1001\r\n\r\n", 431: b"X: %s\r\n\r\n" % (b"y" * 3000)}[status]
    came = converse(limited, b"POST %s HTTP/1.1\r\n" % path + HOST + large, ends=False)
    assert [each.status for each in came] == [status]
    assert json.loads(came[0].body)["status"] == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 20 + b"]" * 20, 400),
        (b'{"email": "a@b.example", "x": ' + b"[" * 19 + b"]" * 19 + b"}", 201),
        (b'{"email": "a@b.example", "x": ' + b"[" * 20 + b"]" * 20 + b"}", 400),
        (b'{"email": "a@b.example", "x": [' + b"[]," * 100 + b"[]]}", 201),
        (b'{"email": "a@b.example", "x": "' + b"[" * 100 + b'"}', 201),
        (b'{"email": "a@b.example", "x": "\\"' + b"[" * 100 + b'\\\\"}', 201),
    ],
)
def test_nesting_is_limited(limited: Mocks, body: bytes, status: int) -> None:
    (answer,) = converse(limited, START + b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    assert answer.status == status
    nested = "nested" in answer.headers.get("sl-violations", "")
    assert nested is (status == 400 and not body.startswith(b"[" * 20 + b"]"))


BEGINNINGS = {"nothing": b"", "a line": LINE, "half a line": b"POST /to", "headers": LINE + HOST, "blank": b"\r\n"}


@pytest.mark.parametrize("sent", BEGINNINGS.values(), ids=BEGINNINGS)
def test_missing_headers_get_a_408(impatient_for_heads: Mocks, sent: bytes) -> None:
    began = time.monotonic()
    assert [(each.status, each.is_bare) for each in converse(impatient_for_heads, sent, ends=False)] == [(408, True)]
    assert time.monotonic() - began > SECONDS * 0.8
    assert is_served(impatient_for_heads)


BODIES = {
    "no byte": START + b"Content-Length: 5\r\n\r\n",
    "some bytes": START + b"Content-Length: 5\r\n\r\n{",
    "no chunk": IN_CHUNKS,
    "a chunk": IN_CHUNKS + CHUNKS[:-5],
    "half a trailer": IN_CHUNKS + CHUNKS[:-2] + b"X:",
    "expecting": START + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n",
}


@pytest.mark.parametrize("sent", BODIES.values(), ids=BODIES)
def test_a_missing_body_gets_the_vendors_408(impatient_for_bodies: Mocks, sent: bytes) -> None:
    began = time.monotonic()
    check(converse(impatient_for_bodies, sent, ends=False), 408, "timeout")
    assert time.monotonic() - began > SECONDS * 0.8
    assert is_served(impatient_for_bodies)


def test_trickling_bytes_do_not_extend_the_time_out(impatient_for_bodies: Mocks) -> None:
    with connect(impatient_for_bodies) as connection:
        connection.sendall(START + b"Content-Length: 500\r\n\r\n")
        connection.settimeout(0.02)
        came = b""
        while not came:
            with suppress(ConnectionError):  # if the server has given up long before, its response is there
                connection.sendall(b" ")
            try:
                came = connection.recv(65536)
            except TimeoutError:
                continue
    assert came.startswith(b"HTTP/1.1 408 ")  # 400 once all are there


@pytest.mark.parametrize("loop", LOOPS)
def test_a_late_pipelined_request_is_rejected_after_the_response(toy_vendor: Vendor, loop: str) -> None:
    with serving_toy(toy_vendor, loop, settings=LIMITS) as mocks, connect(mocks) as connection:
        connection.sendall(PLAIN + LINE)
        assert next_status(connection) == 201
        end_time_outs(mocks)
        assert [(each.status, each.is_bare) for each in answers(everything(connection))] == [(408, True)]


def test_an_idle_connection_is_closed_silently(impatient_when_idle: Mocks) -> None:
    began = time.monotonic()
    assert [each.status for each in converse(impatient_when_idle, PLAIN, ends=False)] == [201]
    assert time.monotonic() - began > SECONDS * 0.8


@pytest.mark.parametrize("loop", LOOPS)
def test_a_response_may_take_longer_than_all_time_outs(toy_vendor: Vendor, loop: str) -> None:
    short = {f"host.{stage}_seconds": SECONDS for stage in ("head", "body", "idle")}
    session = b"POST /~patient/toy/contacts HTTP/1.1\r\n"
    with serving_toy(toy_vendor, loop, settings={**LIMITS, **short}) as mocks:
        mocks.run(_slow_down(mocks))
        came = converse(mocks, PLAIN.replace(LINE, session), ends=False)
        assert [each.status for each in came] == [201]
        assert contacts(mocks, "patient") == 1


async def _slow_down(mocks: Mocks) -> None:
    mocks.mock_app.sessions.get("patient").change_settings({"toy.latency_ms": int(SECONDS * 3000)})


def test_expect_100_continue_gets_a_100_first(limited: Mocks) -> None:
    with connect(limited) as connection:
        connection.sendall(START + b"Content-Length: %d\r\nExpect: 100-Continue\r\n\r\n" % len(BODY))
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(BODY)
        assert connection.recv(65536).startswith(b"HTTP/1.1 201 ")


def test_a_client_that_keeps_sending_after_a_rejection_is_aborted(
    limited: Mocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_mocks.server.protocol.LINGER_SECONDS", 0.1)
    assert is_cut_off(limited, b"hello\r\n", b"x")
    assert is_served(limited)


def test_a_client_that_reads_nothing_is_aborted(impatient_for_bodies: Mocks) -> None:
    request = b"GET /openapi/toy.json HTTP/1.1\r\n" + HOST + b"\r\n"
    assert is_cut_off(impatient_for_bodies, b"", request * 100)
    assert is_served(impatient_for_bodies)


def is_cut_off(mocks: Mocks, first: bytes, further: bytes) -> bool:
    """Return whether the server ends the connection of a client that only sends."""
    with connect(mocks, timeout=0.2) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # few responses fill it
        connection.sendall(first)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                connection.sendall(further)
            except TimeoutError:
                continue
            except OSError:
                return True
            time.sleep(0.01)
    return False


def test_connections_over_the_limit_are_closed_immediately(toy_vendor: Vendor) -> None:
    with serving_toy(toy_vendor, settings={"host.connections": 5}) as mocks:
        kept = [connect(mocks) for _ in range(5)]
        for connection in kept:
            connection.sendall(b"GET /toy HTTP/1.1\r\n" + HOST + b"\r\n")
            assert next_status(connection) == 404
        for _ in range(20):
            with connect(mocks) as refused:
                assert everything(refused) == b""
        kept[0].sendall(PLAIN)
        assert next_status(kept[0]) == 201
        for connection in kept:
            connection.close()
        deadline = time.monotonic() + 60
        while not is_served_now(mocks) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert is_served(mocks)


def is_served_now(mocks: Mocks) -> bool:
    try:
        return is_served(mocks)
    except OSError:
        return False
