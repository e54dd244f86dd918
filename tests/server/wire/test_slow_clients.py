"""Slow and half-open clients delay neither other clients nor the stop."""

from __future__ import annotations

import gc
import socket
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from crm_mocks.server.thread import Mocks
from crm_mocks.vendor import Vendor
from tests.server.connections import LOOPS, connect, serving_toy
from tests.server.serving import PATIENT, STOP_SECONDS
from tests.server.wire.cases import BODY, HOST, LINE, START
from tests.server.wire.exchanges import next_status

_FDS = Path("/proc/self/fd")
HALF = [
    LINE[:10],
    LINE + HOST,
    START + b"Content-Length: 50000\r\n\r\n",  # more than is sent until the end of the slowest test
    START + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    b"",
]
ANSWERED = LINE + HOST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
"""Gets a 401 and stores nothing, so that all requests take the same time."""


@pytest.fixture(params=LOOPS)
def loop(request: pytest.FixtureRequest) -> str:
    """Kind of event loop."""
    return str(request.param)


def times(mocks: Mocks, count: int) -> list[float]:
    """Return the durations in seconds of requests of a healthy client."""
    taken = []
    with connect(mocks) as connection:
        for _ in range(count):
            began = time.perf_counter()
            connection.sendall(ANSWERED)
            assert next_status(connection) == 401
            taken.append(time.perf_counter() - began)
    return taken


def percentile(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


def test_slow_clients_do_not_delay_others(toy_vendor: Vendor, loop: str, figures: Callable[[str], None]) -> None:
    with ExitStack() as stack:
        mocks = stack.enter_context(serving_toy(toy_vendor, loop, settings=PATIENT))
        times(mocks, 200)
        alone = [percentile(times(mocks, 300)) for _ in range(3)]
        slow = [stack.enter_context(connect(mocks)) for _ in range(200)]
        for number, connection in enumerate(slow):
            connection.sendall(HALF[number % len(HALF)])
        stop = threading.Event()
        dripping = threading.Thread(target=drip, args=(slow[2::5], stop))
        dripping.start()
        stack.callback(dripping.join)
        stack.callback(stop.set)
        among = [percentile(times(mocks, 300)) for _ in range(3)]
    best_alone, best_among = min(alone) * 1000, min(among) * 1000
    figures(f"promise 5: 95th percentile alone {best_alone:.2f} ms, among 200 slow clients {best_among:.2f} ms")


def drip(connections: list[socket.socket], stop: threading.Event) -> None:
    """Send single bytes of each body from time to time."""
    while not stop.wait(0.1):
        for connection in connections:
            connection.sendall(b" ")


def test_half_open_clients_do_not_delay_the_stop(toy_vendor: Vendor, loop: str) -> None:
    with ExitStack() as stack:
        with serving_toy(toy_vendor, loop, settings=PATIENT) as mocks:
            for number in range(100):
                stack.enter_context(connect(mocks)).sendall(HALF[number % len(HALF)])
            assert times(mocks, 1)
            began = time.monotonic()
        assert time.monotonic() - began < STOP_SECONDS


@pytest.mark.skipif(not _FDS.exists(), reason="needs /proc to count open files")
def test_starts_and_stops_during_requests_leak_nothing(
    toy_vendor: Vendor, loop: str, figures: Callable[[str], None]
) -> None:
    def start_and_stop() -> None:
        with ExitStack() as clients, serving_toy(toy_vendor, loop) as mocks:
            for sent in (*HALF, ANSWERED, ANSWERED * 20):
                clients.enter_context(connect(mocks)).sendall(sent)

    def held() -> tuple[int, int]:
        gc.collect()
        return len(list(_FDS.iterdir())), threading.active_count()

    start_and_stop()
    before = held()
    rounds = 30
    for _ in range(rounds):
        start_and_stop()
    files, threads = held()
    assert files <= before[0]
    assert threads <= before[1]
    figures(f"promise 6: {rounds} starts and stops in the middle of requests, no file and no thread more")


def test_misbehaving_clients_are_not_logged(toy_vendor: Vendor, loop: str, capfd: pytest.CaptureFixture[str]) -> None:
    with serving_toy(toy_vendor, loop, settings={"host.head_seconds": 0.2, "host.body_seconds": 0.2}) as mocks:
        for sent in (*HALF, b"\0", b"GET / HTTP/1.1\n", ANSWERED * 3, ANSWERED + b"X"):
            with connect(mocks) as connection, suppress(ConnectionError):  # if it has timed out long before
                connection.sendall(sent)
                connection.recv(10)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")
