"""A connection moves to the worker that its request belongs to, and its client does not notice."""

from __future__ import annotations

import json
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crm_mocks.faults import Fault
from tests.server.connections import (
    CONTACTS,
    admin,
    connect,
    contacts,
    creation,
    exchange,
    is_reset,
    journal,
    queue,
    received,
    split,
)
from tests.workers.serving import Workers, serving_workers

LAST = "Connection: close\r\n"


@pytest.fixture(
    scope="module",
    params=[("uvloop", False), ("uvloop", True), ("asyncio", True)],
    ids=["uvloop", "uvloop-tls", "asyncio-tls"],
)
def workers(request: pytest.FixtureRequest) -> Iterator[Workers]:
    loop, tls = request.param
    with serving_workers(3, loop, tls=tls) as served:
        yield served


def responses(raw: bytes) -> list[tuple[bytes, bytes]]:
    """Return status line and body of each response on a connection."""
    found = []
    while raw:
        status, headers, rest = split(raw)
        length = int(headers["content-length"])
        found.append((status, rest[:length]))
        raw = rest[length:]
    return found


def with_header(session: str, email: str, further: str = "") -> bytes:
    """Return a request that names its session with the header."""
    return creation("x", email, f"X-Mock-Session: {session}\r\n{further}").replace(b"/~x/", b"/", 1)


def at_port_of(workers: Workers, session: str) -> socket.socket:
    """Connect to the port of a session."""
    url = admin(workers.mocks, "POST", "sessions", {"session": session})["url"]
    there = Workers(workers.process, workers.count, url, workers.ca_file)
    return connect(there.mocks)


@pytest.mark.parametrize("worker", range(3))
def test_a_prefix_names_a_session_of_any_worker(workers: Workers, worker: int) -> None:
    session = workers.session_of(worker, "prefix")
    status, _, _ = split(exchange(workers.mocks, creation(session, further=LAST)))
    assert status == b"HTTP/1.1 201 Created"
    assert contacts(workers.mocks, session) == 1
    assert len(journal(workers.mocks, session)) == 1


@pytest.mark.parametrize("worker", range(3))
def test_a_header_names_a_session_of_any_worker(workers: Workers, worker: int) -> None:
    session = workers.session_of(worker, "header")
    status, _, _ = split(exchange(workers.mocks, with_header(session, "ada@example.com", LAST)))
    assert status == b"HTTP/1.1 201 Created"
    assert [each["session"] for each in journal(workers.mocks, session)] == [session]


def test_requests_on_one_connection_go_to_their_sessions_in_order(workers: Workers) -> None:
    names = [workers.session_of(worker, "mixed") for worker in (1, 2, 0, 2, 1, 1, 0)]
    with connect(workers.mocks) as connection:
        for number, name in enumerate(names):
            connection.sendall(creation(name, f"{number}@example.com"))
            status, _, body = split(connection.recv(65536))
            assert status == b"HTTP/1.1 201 Created"
            assert json.loads(body)["email"] == f"{number}@example.com"
    counts = {name: contacts(workers.mocks, name) for name in names}
    assert counts == {name: names.count(name) for name in names}


def test_pipelined_requests_of_several_workers_are_answered_in_order(workers: Workers) -> None:
    names = [workers.session_of(worker, "pipelined") for worker in (1, 2, 0, 2, 1, 1, 0)]
    requests = [creation(name, f"{number}@example.com") for number, name in enumerate(names[:-1])]
    last = creation(names[-1], "last@example.com", LAST)
    found = responses(exchange(workers.mocks, b"".join([*requests, last])))
    emails = [json.loads(body)["email"] for _, body in found]
    assert emails == [*(f"{number}@example.com" for number in range(6)), "last@example.com"]


def test_a_pipelined_request_waits_for_a_slow_response_of_another_worker(workers: Workers) -> None:
    slow, fast = workers.session_of(1, "waits"), workers.session_of(2, "waits")
    admin(workers.mocks, "POST", "responses", {"session": slow, "operation": "toy.createContact", "delay_ms": 300})
    requests = creation(slow, "slow@example.com") + creation(fast, "fast@example.com", LAST)
    found = responses(exchange(workers.mocks, requests))
    assert [json.loads(body)["email"] for _, body in found] == ["slow@example.com", "fast@example.com"]


def test_a_request_that_arrives_byte_by_byte_is_handed_over(workers: Workers) -> None:
    session = workers.session_of(2, "bytes")
    with connect(workers.mocks) as connection:
        for byte in creation(session, further=LAST):
            connection.sendall(bytes([byte]))
        status, _, _ = split(received(connection))
    assert status == b"HTTP/1.1 201 Created"


def test_a_request_at_the_port_of_a_session_can_name_another(workers: Workers) -> None:
    own, other = workers.session_of(1, "own"), workers.session_of(2, "other")
    with at_port_of(workers, own) as connection:
        for number, request in enumerate(
            [
                with_header(other, "first@example.com"),
                creation("x", "second@example.com").replace(b"/~x/", b"/", 1),
                creation("default", "third@example.com"),
                creation("x", "fourth@example.com", LAST).replace(b"/~x/", b"/", 1),
            ]
        ):
            connection.sendall(request)
            status, _, _ = split(connection.recv(65536))
            assert status == b"HTTP/1.1 201 Created", number
    assert contacts(workers.mocks, own) == 2
    assert contacts(workers.mocks, other) == 1


def test_a_large_body_is_handed_over_completely(workers: Workers) -> None:
    session = workers.session_of(1, "large")
    body = json.dumps({"email": "ada@example.com" + "x" * 3_000_000}).encode()
    head = (
        f"POST /~{session}{CONTACTS} HTTP/1.1\r\nHost: localhost\r\nX-Key: demo-key\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{LAST}\r\n"
    )
    exchange(workers.mocks, head.encode() + body)
    (entry,) = journal(workers.mocks, session)
    assert entry["request"]["body"].startswith('{"email": "ada@example.com')


def test_an_expectation_is_met_by_the_owner(workers: Workers) -> None:
    session = workers.session_of(2, "expects")
    head, _, body = creation(session, further=f"Expect: 100-continue\r\n{LAST}").partition(b"\r\n\r\n")
    with connect(workers.mocks) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert split(received(connection))[0] == b"HTTP/1.1 201 Created"


def test_a_malformed_request_is_journalled_in_the_session_that_it_names(workers: Workers) -> None:
    session = workers.session_of(1, "malformed")
    raw = exchange(workers.mocks, creation(session).replace(b"Host: localhost\r\n", b""))
    assert raw.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    (entry,) = journal(workers.mocks, session)
    assert entry["violations"][0]["message"].startswith("the host header is missing")


def test_an_incomplete_request_is_journalled_in_the_session_that_it_names(workers: Workers) -> None:
    session = workers.session_of(1, "incomplete")
    with connect(workers.mocks) as connection:
        connection.sendall(f"GET /~{session}/toy/contacts HTTP/1.1\r\nHost: localhost\r\nX-Mo".encode())
    entries = admin(workers.mocks, "GET", f"requests?session={session}&wait_ms=60000")["requests"]
    assert [notice["kind"] for notice in entries[0]["notices"]] == ["incomplete"]


@pytest.mark.parametrize("worker", range(3))
def test_a_reset_reaches_the_client(workers: Workers, worker: int) -> None:
    session = workers.session_of(worker, "reset")
    queue(workers.mocks, session, Fault.CONNECTION_RESET_BY_PEER)
    with connect(workers.mocks) as connection:
        connection.sendall(creation(session))
        assert is_reset(connection)


@pytest.mark.parametrize("fault", [Fault.EMPTY_RESPONSE, Fault.TRUNCATED_BODY, Fault.RANDOM_DATA_THEN_CLOSE])
def test_a_fault_sends_the_same_bytes_as_in_the_first_worker(workers: Workers, fault: Fault) -> None:
    sent = set()
    for worker in range(2):
        session = workers.session_of(worker, f"bytes-{fault.lower()}")
        queue(workers.mocks, session, fault)
        raw = exchange(workers.mocks, creation(session))
        sent.add(len(raw) if fault is not Fault.RANDOM_DATA_THEN_CLOSE else raw[:1])
    assert len(sent) == 1


def test_a_slow_body_arrives_slowly(workers: Workers) -> None:
    session = workers.session_of(2, "slow")
    queue(workers.mocks, session, Fault.SLOW_BODY, delay_ms=500)
    began = time.monotonic()
    pieces = []
    with connect(workers.mocks) as connection:
        connection.sendall(creation(session, further=LAST))
        while piece := connection.recv(65536):
            pieces.append(piece)
    assert time.monotonic() - began >= 0.45
    assert split(b"".join(pieces))[0] == b"HTTP/1.1 201 Created"


def test_a_client_that_disconnects_ends_a_delay(workers: Workers) -> None:
    session = workers.session_of(1, "leaves")
    queue(workers.mocks, session, Fault.TIMEOUT, delay_ms=60_000)
    with connect(workers.mocks) as connection:
        connection.sendall(creation(session))
        admin(workers.mocks, "GET", f"requests?session={session}&wait_ms=60000")
    assert len(journal(workers.mocks, session)) == 1


def test_a_late_request_to_a_closed_port_stays_with_its_session(workers: Workers) -> None:
    late, other = workers.session_of(1, "late"), workers.session_of(2, "late")
    address = urlsplit(admin(workers.mocks, "POST", "sessions", {"session": late})["url"])
    there = Workers(workers.process, 3, address.geturl(), workers.ca_file)
    with connect(there.mocks) as moved:
        moved.sendall(with_header(other, "moved@example.com"))
        assert split(moved.recv(65536))[0] == b"HTTP/1.1 201 Created"
        admin(workers.mocks, "DELETE", f"sessions?session={late}")
        assert moved.recv(65536) == b""  # closed, although another worker has it
    assert exchange(there.mocks, creation("default")) == b""
    assert [entry["session"] for entry in journal(workers.mocks, late)] == [late]


def test_a_base_path_may_come_before_the_prefix() -> None:
    with serving_workers(3, base_path="/crm") as workers:
        session = workers.session_of(2)
        request = creation(session, further=LAST).replace(b" /~", b" /crm/~", 1)
        assert exchange(workers.mocks, request).startswith(b"HTTP/1.1 201")
        assert len(journal(workers.mocks, session)) == 1


def test_many_clients_at_a_time_each_reach_their_session(workers: Workers) -> None:
    names = [f"crowd-{number}" for number in range(30)]
    connections = [connect(workers.mocks) for _ in names]
    for round_number in range(3):
        for name, connection in zip(names, connections, strict=True):
            connection.sendall(creation(name, f"{round_number}@example.com"))
        for connection in connections:
            assert split(connection.recv(65536))[0] == b"HTTP/1.1 201 Created"
    for connection in connections:
        connection.close()
    counted: dict[str, Any] = admin(workers.mocks, "POST", "requests/count", {"session": "*", "path": CONTACTS})
    assert counted["count"] >= 90
    assert {name: contacts(workers.mocks, name) for name in names} == dict.fromkeys(names, 3)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="sets a limit of another process")
def test_a_worker_without_descriptors_confuses_no_connections() -> None:
    with serving_workers(2) as served:
        (pid,) = served.others()
        session = served.session_of(1)
        soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        used = {int(each.name) for each in Path(f"/proc/{pid}/fd").iterdir()}
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (min(set(range(len(used) + 1)) - used), hard))
        with connect(served.mocks) as lost:
            lost.sendall(creation(session, "lost@example.com", LAST))
            with suppress(ConnectionResetError):
                assert lost.recv(65536) == b""
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
        for email in ("ada@example.com", "bob@example.com"):
            _, _, body = split(exchange(served.mocks, creation(session, email, LAST)))
            assert json.loads(body)["email"] == email
        _, _, err = served.stop()
    assert "worker 1 has no descriptor left" in err
