"""Connection faults: the bytes that arrive, and what is stored."""

from __future__ import annotations

import asyncio
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx
import pytest
import requests

from crm_mocks.faults import Fault
from crm_mocks.server.fault_injection import TransportFaultInjector
from crm_mocks.server.thread import Mocks
from crm_mocks.vendor import Vendor
from tests.server.connections import (
    CONTACTS,
    LOOPS,
    admin,
    connect,
    contacts,
    creation,
    exchange,
    is_reset,
    journal,
    queue,
    received,
    serving_toy,
    split,
)

PHASES = [("before", 0), ("after", 1)]
_names = itertools.count()


@pytest.fixture(scope="module", params=[(loop, tls) for loop in LOOPS for tls in (False, True)], ids=str)
def mocks(request: pytest.FixtureRequest, toy_vendor: Vendor) -> Iterator[Mocks]:
    loop, tls = request.param
    with serving_toy(toy_vendor, loop, tls=tls) as served:
        yield served


@pytest.fixture
def session() -> str:
    return f"faults-{next(_names)}"


@pytest.fixture(autouse=True)
def _next_request_is_fine(mocks: Mocks, session: str) -> Iterator[None]:
    """After each fault, the next request on a new connection is served."""
    yield
    answer = exchange(mocks, creation(session, "next@example.com", "Connection: close\r\n"))
    assert answer.startswith(b"HTTP/1.1 201 ")


def close_tls(connection: socket.socket) -> None:
    """Close the TLS connection, as clients do after the server has closed it, and as the server waits for.

    Raises:
        OSError: the connection is closed.
    """
    if isinstance(connection, ssl.SSLSocket):
        with suppress(ssl.SSLError):  # random data is not TLS
            received(connection)
        connection.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize(("phase", "stored"), PHASES)
def test_an_empty_response_sends_no_bytes(mocks: Mocks, session: str, phase: str, stored: int) -> None:
    queue(mocks, session, "EMPTY_RESPONSE", phase=phase)
    assert exchange(mocks, creation(session)) == b""
    assert contacts(mocks, session) == stored


@pytest.mark.parametrize(("phase", "stored"), PHASES)
def test_a_malformed_chunk_follows_valid_headers(mocks: Mocks, session: str, phase: str, stored: int) -> None:
    queue(mocks, session, "MALFORMED_RESPONSE_CHUNK", phase=phase, headers={"X-Why": "test"})
    status, headers, rest = split(exchange(mocks, creation(session)))
    assert status == b"HTTP/1.1 201 Created"
    assert (headers["transfer-encoding"], headers["x-why"]) == ("chunked", "test")
    assert "content-length" not in headers
    size = rest.partition(b"\r\n")[0]
    assert size
    with pytest.raises(ValueError, match="invalid literal"):
        int(size, 16)
    assert contacts(mocks, session) == stored


@pytest.mark.parametrize(("phase", "stored"), PHASES)
def test_random_data_is_not_http_and_depends_on_the_seed(mocks: Mocks, session: str, phase: str, stored: int) -> None:
    queue(mocks, session, "RANDOM_DATA_THEN_CLOSE", phase=phase, times=2)
    one, other = exchange(mocks, creation(session)), exchange(mocks, creation(session, "eve@example.com"))
    assert len(one) >= 64
    assert not one.startswith(b"HTTP")
    assert one != other
    assert contacts(mocks, session) == stored * 2


def test_random_data_is_reproducible(mocks: Mocks, session: str, toy_vendor: Vendor) -> None:
    queue(mocks, session, "RANDOM_DATA_THEN_CLOSE")
    with serving_toy(toy_vendor) as others:
        queue(others, session, "RANDOM_DATA_THEN_CLOSE")
        assert exchange(mocks, creation(session)) == exchange(others, creation(session))


@pytest.mark.parametrize(("phase", "stored"), PHASES)
def test_a_reset_is_a_tcp_reset(mocks: Mocks, session: str, phase: str, stored: int) -> None:
    queue(mocks, session, "CONNECTION_RESET_BY_PEER", phase=phase)
    with connect(mocks) as connection:
        connection.sendall(creation(session))
        assert is_reset(connection)
    assert contacts(mocks, session) == stored


@pytest.mark.parametrize(("phase", "stored"), PHASES)
def test_a_truncated_body_ends_before_its_content_length(mocks: Mocks, session: str, phase: str, stored: int) -> None:
    whole = b'{"id":"a-rather-long-identifier"}'
    queue(mocks, session, "TRUNCATED_BODY", phase=phase, status=409, body={"id": "a-rather-long-identifier"})
    status, headers, rest = split(exchange(mocks, creation(session)))
    assert status == b"HTTP/1.1 409 Conflict"
    assert int(headers["content-length"]) == len(whole)
    assert rest == whole[: len(whole) // 2]
    assert contacts(mocks, session) == stored


def test_the_mocks_own_response_is_truncated_by_default(mocks: Mocks, session: str) -> None:
    queue(mocks, session, "TRUNCATED_BODY", phase="after")
    status, headers, rest = split(exchange(mocks, creation(session)))
    assert status == b"HTTP/1.1 201 Created"
    assert 0 < len(rest) < int(headers["content-length"])
    assert headers["content-type"].startswith("application/json")


def test_an_empty_body_is_truncated_by_announcing_one_byte(mocks: Mocks, session: str) -> None:
    queue(mocks, session, "TRUNCATED_BODY", status=503)
    status, headers, rest = split(exchange(mocks, creation(session)))
    assert (status, headers["content-length"], rest) == (b"HTTP/1.1 503 Service Unavailable", "1", b"")


@pytest.mark.parametrize(("phase", "stored"), PHASES)
def test_a_slow_body_arrives_in_pieces_and_is_complete(
    mocks: Mocks, session: str, phase: str, stored: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    taken = threading.Semaphore(0)

    async def wait_until_taken(_: TransportFaultInjector, seconds: float) -> bool:
        waits.append(seconds)
        return not await asyncio.to_thread(taken.acquire, timeout=60)

    monkeypatch.setattr(TransportFaultInjector, "wait", wait_until_taken)
    queue(mocks, session, "SLOW_BODY", phase=phase, delay_ms=500, body={"id": "x" * 100})
    with connect(mocks) as connection:
        connection.sendall(creation(session))
        answer = b""
        while not answer.endswith(b'"}'):
            answer += connection.recv(65536)  # the head, or a piece
            taken.release()
        _, headers, body = split(answer)
        assert len(body) == int(headers["content-length"])
        assert len(waits) >= 4
        assert sum(waits) == pytest.approx(0.5)
        connection.sendall(creation(session, "again@example.com"))  # the connection still works
        assert connection.recv(65536).startswith(b"HTTP/1.1 201 ")
    assert contacts(mocks, session) == stored + 1


@pytest.mark.parametrize(("phase", "stored"), PHASES)
def test_a_timeout_sends_nothing_and_closes_after_its_duration(
    mocks: Mocks, session: str, phase: str, stored: int
) -> None:
    queue(mocks, session, "TIMEOUT", phase=phase, delay_ms=300)
    began = time.monotonic()
    assert exchange(mocks, creation(session)) == b""
    assert time.monotonic() - began > 0.25
    assert contacts(mocks, session) == stored


def test_other_faults_respect_the_delay(mocks: Mocks, session: str) -> None:
    queue(mocks, session, "EMPTY_RESPONSE", delay_ms=200)
    began = time.monotonic()
    assert exchange(mocks, creation(session)) == b""
    assert time.monotonic() - began > 0.15


@pytest.mark.parametrize("fault", list(Fault))
def test_the_journal_names_the_fault_and_no_outcome(mocks: Mocks, session: str, fault: Fault) -> None:
    queue(mocks, session, fault, example="duplicate", delay_ms=0)
    with connect(mocks) as connection:
        connection.sendall(creation(session, further="Connection: close\r\n"))
        if fault is Fault.CONNECTION_RESET_BY_PEER:
            assert is_reset(connection)
        else:
            received(connection)
    entry = journal(mocks, session)[0]
    assert (entry["fault"], entry["chosen_by"], entry["answer"]["outcome"]) == (fault, "queue", None)
    assert entry["answer"]["status"] == 409


@pytest.mark.parametrize("fault", [each for each in Fault if each not in (Fault.TIMEOUT, Fault.SLOW_BODY)])
def test_magic_words_select_faults(mocks: Mocks, session: str, fault: Fault) -> None:
    with connect(mocks) as connection:
        connection.sendall(creation(session, f"ada+mock-fault-{fault.lower()}@example.com"))
        if fault is not Fault.CONNECTION_RESET_BY_PEER:
            close_tls(connection)
        assert is_reset(connection) is (fault is Fault.CONNECTION_RESET_BY_PEER)
    entry = journal(mocks, session)[0]
    assert (entry["fault"], entry["chosen_by"]) == (fault, "magic")
    assert contacts(mocks, session) == 0


def test_violations_are_journalled_despite_the_fault(mocks: Mocks, session: str) -> None:
    queue(mocks, session, "EMPTY_RESPONSE")
    request = creation(session).replace(b'"email"', b'"maile"')
    assert exchange(mocks, request) == b""
    assert journal(mocks, session)[0]["violations"]


def _with_httpx(mocks: Mocks, url: str, patience: float = 60) -> None:
    with httpx.Client(trust_env=False, verify=False, timeout=httpx.Timeout(60, read=patience)) as client:
        client.post(url, json={"email": "ada@example.com"}, headers={"X-Key": "demo-key"}).read()


def _with_requests(mocks: Mocks, url: str, patience: float = 60) -> None:
    requests.post(
        url,
        json={"email": "a@example.com"},
        headers={"X-Key": "demo-key"},
        timeout=(60, patience),  # only the response may be late: a request that was not sent would leave its fault
        verify=mocks.ca_file or True,
    )


@pytest.mark.parametrize("send", [_with_httpx, _with_requests])
@pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.SLOW_BODY])
def test_client_libraries_raise_errors(mocks: Mocks, session: str, fault: Fault, send: Callable[..., None]) -> None:
    queue(mocks, session, fault)
    with pytest.raises((httpx.TransportError, requests.RequestException)):
        send(mocks, f"{mocks.url}/~{session}{CONTACTS}", **({"patience": 0.3} if fault is Fault.TIMEOUT else {}))
    assert admin(mocks, "GET", f"requests?session={session}&wait_ms=60000")["requests"][0]["fault"] == fault


@pytest.mark.parametrize("send", [_with_httpx, _with_requests])
def test_client_libraries_accept_a_slow_body(mocks: Mocks, session: str, send: Callable[..., None]) -> None:
    queue(mocks, session, "SLOW_BODY", delay_ms=100)
    send(mocks, f"{mocks.url}/~{session}{CONTACTS}")
