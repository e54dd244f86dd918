"""Faults leak nothing: when clients disconnect, when the server stops, and after a thousand faults."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm_mocks.faults import Fault
from crm_mocks.server.thread import Mocks
from crm_mocks.vendor import Vendor
from tests.server.connections import (
    LOOPS,
    OPERATION,
    admin,
    connect,
    contacts,
    creation,
    exchange_half_closed,
    is_reset,
    journal,
    queue,
    received,
    serving_toy,
    split,
)
from tests.server.serving import STOP_SECONDS

ROUNDS = 150
_FDS = Path("/proc/self/fd")


@pytest.fixture(scope="module", params=LOOPS)
def mocks(request: pytest.FixtureRequest, toy_vendor: Vendor) -> Iterator[Mocks]:
    with serving_toy(toy_vendor, request.param) as served:
        yield served


class Tasks:
    """The tasks of a server: how many have begun since, and not ended. Those of earlier requests may end meanwhile."""

    def __init__(self, mocks: Mocks) -> None:
        self._mocks = mocks
        self._before = mocks.run(self._now())

    def __call__(self) -> int:
        return len(self._mocks.run(self._now()) - self._before)

    async def _now(self) -> set[asyncio.Task[object]]:
        return asyncio.all_tasks() - {asyncio.current_task()}


def becomes(wanted: int, value: Callable[[], int], seconds: float = 60) -> int:
    """Wait until a value is the expected one; return the last value."""
    deadline = time.monotonic() + seconds
    while (seen := value()) != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    return seen


def open_files() -> int:
    gc.collect()
    return len(list(_FDS.iterdir()))


@pytest.mark.skipif(not _FDS.exists(), reason="needs /proc to count open files")
def test_a_thousand_faults_leave_no_task_and_no_socket(mocks: Mocks, figures: Callable[[str], None]) -> None:
    for fault in Fault:
        queue(mocks, f"many-{fault}", fault, times=None, delay_ms=1 if fault in ("SLOW_BODY", "TIMEOUT") else 0)
    begun, files = Tasks(mocks), open_files()
    for number in range(ROUNDS):
        for fault in Fault:
            with connect(mocks) as connection:
                connection.sendall(creation(f"many-{fault}", f"{number}@example.com", "Connection: close\r\n"))
                assert is_reset(connection) is (fault is Fault.CONNECTION_RESET_BY_PEER)
    assert becomes(0, begun) == 0
    assert becomes(True, lambda: open_files() <= files)
    figures(f"{ROUNDS * len(Fault)} faults left no task and no socket")


@pytest.mark.parametrize("fault", ["TIMEOUT", "SLOW_BODY"])
@pytest.mark.parametrize("size", [10, 200_000], ids=["small", "larger than the server reads ahead"])
def test_a_fault_ends_when_the_client_disconnects(mocks: Mocks, fault: str, size: int) -> None:
    queue(mocks, "going", fault, delay_ms=600_000)
    begun = Tasks(mocks)
    with connect(mocks) as connection:
        connection.sendall(creation("going", "x" * size + "@example.com"))
        assert becomes(1, begun) == 1
    assert becomes(0, begun) == 0


@pytest.mark.parametrize("loop", LOOPS)
def test_a_client_that_does_not_close_is_aborted(
    toy_vendor: Vendor, loop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_mocks.server.fault_injection._FLUSH_SECONDS", 0.3)
    with serving_toy(toy_vendor, loop, tls=True) as mocks:
        queue(mocks, "lazy", "TRUNCATED_BODY")
        with connect(mocks) as connection:
            began = time.monotonic()
            connection.sendall(creation("lazy"))
            is_reset(connection)  # reads on to the end of TCP, and never answers that of TLS
            assert time.monotonic() - began > 0.2


def test_a_pipelined_request_after_a_fault_is_not_served(mocks: Mocks) -> None:
    queue(mocks, "pipelined", "TRUNCATED_BODY", phase="after")
    with connect(mocks) as connection:
        connection.sendall(creation("pipelined") + creation("pipelined", "eve@example.com"))
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk
        except ConnectionResetError:  # as TCP does when what a client sent was never read
            pass
    assert answer.count(b"HTTP/1.1") == 1
    assert contacts(mocks, "pipelined") == 1


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("fault", ["TIMEOUT", "SLOW_BODY"])
def test_a_stop_ends_faults_immediately(toy_vendor: Vendor, loop: str, fault: str) -> None:
    with serving_toy(toy_vendor, loop) as mocks:
        queue(mocks, "stopped", fault, times=None, delay_ms=600_000)
        begun = Tasks(mocks)
        connections = [connect(mocks) for _ in range(5)]
        for number, connection in enumerate(connections):
            connection.sendall(creation("stopped", f"{number}@example.com"))
        assert becomes(len(connections), begun) == len(connections)
        heads = [b"" if fault == "TIMEOUT" else connection.recv(65536) for connection in connections]
        began = time.monotonic()
    assert time.monotonic() - began < STOP_SECONDS  # the faults would go on for longer
    for head, connection in zip(heads, connections, strict=True):
        with connection:
            answer = head + received(connection)
            _, headers, body = split(answer)
            assert not answer if fault == "TIMEOUT" else len(body) < int(headers["content-length"])


@pytest.mark.parametrize("loop", LOOPS)
def test_faults_leave_nothing_in_the_log(toy_vendor: Vendor, loop: str, caplog: pytest.LogCaptureFixture) -> None:
    with serving_toy(toy_vendor, loop) as mocks:
        for fault in Fault:
            queue(mocks, "quiet", fault, delay_ms=0)
            with connect(mocks) as connection:
                connection.sendall(creation("quiet", further="Connection: close\r\n"))
                is_reset(connection)
    assert caplog.records == [] or all(each.name.startswith("httpx") for each in caplog.records)


def delay(mocks: Mocks, session: str) -> None:
    """Have the next answer in a session held back for longer than any test waits."""
    admin(mocks, "POST", "responses", {"session": session, "operation": OPERATION, "delay_ms": 600_000})


@pytest.mark.parametrize("size", [10, 200_000], ids=["small", "larger than the server reads ahead"])
def test_a_delay_ends_when_the_client_disconnects(mocks: Mocks, size: int) -> None:
    delay(mocks, "impatient")
    begun = Tasks(mocks)
    with connect(mocks) as connection:
        connection.sendall(creation("impatient", "x" * size + "@example.com"))
        assert becomes(1, begun) == 1
    assert becomes(0, begun) == 0
    assert journal(mocks, "impatient")[-1]["answer"]["status"] == 201


def test_a_half_closed_client_gets_a_delayed_response_immediately(mocks: Mocks) -> None:
    delay(mocks, "half")
    assert split(exchange_half_closed(mocks, creation("half")))[0] == b"HTTP/1.1 201 Created"
