"""Whether slow clients delay a healthy one: `python -m benchmarks.slow_clients`.

Rounds alone and among 200 slow and half-open clients take turns, on one server that does all that it does for users.
The clients are another process: a byte of each body now and then, heads and bodies that never end, connections on which
nothing comes. Prints the 95th percentile of the healthy client's requests as the median over the rounds of each kind.
Exit code 1 if it is more than 20 % above what it is alone.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmarks import payload
from benchmarks.servers import ROOT, crm_mocks, pin, running

CLIENTS = 200
MOST = 1.20
_SERVER_CORE, _CLIENT_CORE = 0, 1
_DRIP_SECONDS = 0.1
_FIRST = 1_000_000
"""Number of the first lead: those before were sent until the server answered."""

_PATIENT = ("head_seconds=3600", "body_seconds=3600", "idle_seconds=3600")
"""The slow clients are to stay for all of a round."""


def main() -> int:
    """Measure, or be the slow clients."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="of each kind")
    parser.add_argument("--requests", type=int, default=600, help="in each round")
    parser.add_argument("--be-slow-at", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.be_slow_at is not None:
        return _be_slow(given.be_slow_at)
    alone, among = _measured(given.rounds, given.requests)
    ratio = among / alone
    print(
        f"95th percentile of a healthy client, median of {given.rounds} rounds of {given.requests} requests: "
        f"alone {alone * 1000:.3f} ms, among {CLIENTS} slow clients {among * 1000:.3f} ms, {ratio:.2f} times"
    )
    if ratio > MOST:
        print(f"WRONG: at most {MOST:.2f} times is promised")
    return 1 if ratio > MOST else 0


def _measured(rounds: int, requests: int) -> tuple[float, float]:
    """Return the 95th percentile alone and among slow clients, in seconds."""
    alone: list[float] = []
    among: list[float] = []
    options = [word for each in _PATIENT for word in ("--set", f"host.{each}")]
    with running(crm_mocks(*options), core=_SERVER_CORE) as server:
        pin(0, _CLIENT_CORE)
        _percentile(server.port, requests, 0)  # what comes first is slower
        for number in range(rounds):
            alone.append(_percentile(server.port, requests, 2 * number + 1))
            with _slow_clients(server.port):
                among.append(_percentile(server.port, requests, 2 * number + 2))
    return statistics.median(alone), statistics.median(among)


def _percentile(port: int, requests: int, number: int) -> float:
    taken = []
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for each in range(requests):
            request = _head(body := payload.encoded(_FIRST + number * requests + each)) + body
            began = time.perf_counter()
            connection.sendall(request)
            answer = _answer(connection)
            taken.append(time.perf_counter() - began)
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise SystemExit(f"a healthy client was answered {answer[:200]!r}")
    return statistics.quantiles(taken, n=20)[-1]


def _answer(connection: socket.socket) -> bytes:
    """Return an answer once all of it has come."""
    came = bytearray()
    while True:
        came += connection.recv(65536)
        head, end, body = came.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
        if end and len(body) >= int(length):
            return bytes(came)


def _head(body: bytes) -> bytes:
    return (
        f"POST {payload.path()} HTTP/1.1\r\nHost: localhost\r\nx-api-key: {payload.KEY}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()


@contextmanager
def _slow_clients(port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "benchmarks.slow_clients", "--be-slow-at", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        pin(process.pid, _CLIENT_CORE)
        assert process.stdout is not None  # a pipe was asked for
        if process.stdout.readline() != b"slow\n":
            raise SystemExit("the slow clients have not come")
        try:
            yield
            if process.poll() is not None:
                raise SystemExit("the slow clients have gone")
        finally:
            process.kill()


def _be_slow(port: int) -> int:
    head = _head(b"x" * 100_000)
    beginnings = [
        head[:20],
        head[:-2],
        head,
        head.replace(b"Content-Length: 100000", b"Transfer-Encoding: chunked"),
        b"",
    ]
    with ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(CLIENTS)]
        for number, connection in enumerate(slow):
            connection.sendall(beginnings[number % len(beginnings)])
        print("slow", flush=True)
        while True:
            time.sleep(_DRIP_SECONDS)
            for connection in slow[2 :: len(beginnings)]:
                connection.sendall(b" ")


if __name__ == "__main__":
    sys.exit(main())
