"""The load generator: a few keep-alive connections, each with the next request as soon as it has its answer.

It runs in a process of its own, on a core of its own where the machine lets it, and does so little for each request
(one `send`, one `recv`, no parsing beyond the answer's end) that it takes several times fewer cycles than any server
here. Its own share of a core is reported, so that a reader can see that it was not the bottleneck.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MARK = b"0123456789"
"""Stands in the template wherever the request's number goes, in ten digits."""

SESSION_MARK = b"~sessions~"
"""Stands in the template where the name of a session goes, of which there are so many that take turns."""


@dataclass
class Connection:
    """One keep-alive connection, which waits for an answer."""

    socket: socket.socket
    sent_at: int = 0
    received: bytearray = field(default_factory=bytearray)


def complete(data: bytes | bytearray) -> bool:
    """Tell whether the bytes are a whole answer; reads the two ways in which HTTP/1.1 ends a body."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(data[:end]).lower()
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        length = int(head[at + 17 :].split(b"\r\n", 1)[0])
        return len(data) >= end + 4 + length
    if b"transfer-encoding: chunked" in head:
        return data.endswith(b"\r\n0\r\n\r\n")
    return True


class Load:
    """Sends requests made from a template, and takes the time of each answer."""

    def __init__(self, port: int, template: bytes, connections: int, first: int, sessions: int) -> None:
        self._address = ("127.0.0.1", port)
        self._sessions = sessions
        self._parts = template.split(MARK)
        self._number = first
        self._selector = selectors.DefaultSelector()
        self.statuses: Counter[bytes] = Counter()
        self.nanoseconds: list[int] = []
        self._connections = [self._connect() for _ in range(connections)]

    def _connect(self) -> Connection:
        made = socket.create_connection(self._address, timeout=60)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(made)
        self._selector.register(made, selectors.EVENT_READ, connection)
        return connection

    def run(self, seconds: float, requests: int | None = None) -> float:
        """Keep all connections busy, then wait for what is under way; return the seconds that it took.

        Args:
            seconds: how long.
            requests: stop after so many in any case.
        """
        last = self._number + requests if requests is not None else sys.maxsize
        began = time.perf_counter_ns()
        deadline = began + int(seconds * 1e9)
        for connection in self._connections:
            self._send(connection)
        busy = len(self._connections)
        while busy:
            for key, _ in self._selector.select(60):
                connection = key.data
                if not self._receive(connection):
                    continue
                if self._number < last and time.perf_counter_ns() < deadline:
                    self._send(connection)
                else:
                    busy -= 1
        return (time.perf_counter_ns() - began) / 1e9

    def _send(self, connection: Connection) -> None:
        self._number += 1
        request = (b"%010d" % self._number).join(self._parts)
        if self._sessions:
            request = request.replace(SESSION_MARK, b"session%03d" % (self._number % self._sessions))
        connection.sent_at = time.perf_counter_ns()
        connection.socket.sendall(request)

    def _receive(self, connection: Connection) -> bool:
        data = connection.socket.recv(65536)
        if not data:
            raise SystemExit("the server closed a connection in the middle of the load")
        connection.received += data
        if not complete(connection.received):
            return False
        self.nanoseconds.append(time.perf_counter_ns() - connection.sent_at)
        self.statuses[bytes(connection.received[9:12])] += 1
        connection.received.clear()
        return True


def percentile(ordered: list[int], share: float) -> float:
    """Return a percentile of sorted figures."""
    return float(ordered[min(len(ordered) - 1, int(len(ordered) * share))])


def measured(load: Load, seconds: float, requests: int | None) -> dict[str, Any]:
    """Load a server; return requests a second, percentiles in milliseconds, statuses and our own share of a core."""
    cpu = time.process_time()
    took = load.run(seconds, requests)
    ordered = sorted(load.nanoseconds)
    return {
        "per_second": len(ordered) / took,
        "p50": percentile(ordered, 0.50) / 1e6,
        "p99": percentile(ordered, 0.99) / 1e6,
        "p999": percentile(ordered, 0.999) / 1e6,
        "statuses": {status.decode(): count for status, count in load.statuses.items()},
        "own_share": (time.process_time() - cpu) / took,
    }


def main() -> int:
    """Run one load; prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("template", type=Path, help="a whole HTTP request, its number marked")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--requests", type=int, help="stop after so many, whatever the time")
    parser.add_argument("--first", type=int, default=0, help="numbers of requests begin above this")
    parser.add_argument("--sessions", type=int, default=0, help="how many sessions take turns, where they are marked")
    given = parser.parse_args()
    load = Load(given.port, given.template.read_bytes(), given.connections, given.first, given.sessions)
    found = measured(load, given.seconds, given.requests)
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
