"""Throughput of a server with one worker and with several: `python -m benchmarks.workers`.

Sixteen keep-alive connections send leads, each with the next one as soon as it has its answer; the servers take turns.
Nothing is pinned, so that the workers can use all cores, of which the load generator takes its share. Medians of all
rounds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from benchmarks import payload
from benchmarks.growth import ask
from benchmarks.load import MARK, Connection, Load, measured
from benchmarks.servers import Running, crm_mocks, running

CONNECTIONS = 16
_COUNTS = (1, 2)


@dataclass(frozen=True)
class Round:
    """What one server did in one round.

    Attributes:
        per_second: requests answered.
        p50, p99: milliseconds.
        cpu: microseconds of processor time of all workers for a request.
        own_share: how busy the load generator's core was.
    """

    per_second: float
    p50: float
    p99: float
    cpu: float
    own_share: float


class SpreadLoad(Load):
    """Load on several ports and sessions, each connection with its own."""

    def __init__(self, targets: list[tuple[int, bytes]], first: int) -> None:
        """Connect.

        Args:
            targets: port and template of each connection.
            first: numbers of requests begin above this.
        """
        self._targets = targets
        self._made = 0
        self._templates: dict[int, list[bytes]] = {}
        super().__init__(0, b"", len(targets), first, 0)
        for connection, (_, template) in zip(self._connections, targets, strict=True):
            self._templates[connection.socket.fileno()] = template.split(MARK)

    def _connect(self) -> Connection:
        self._address = ("127.0.0.1", self._targets[self._made][0])
        self._made += 1
        return super()._connect()

    def _send(self, connection: Connection) -> None:
        self._parts = self._templates[connection.socket.fileno()]
        super()._send(connection)


def _at_ports(port: int) -> list[tuple[int, bytes]]:
    """A session with a port of its own for each connection."""
    urls = [
        ask(port, "POST", "/__admin/sessions", {"session": f"load-{number}"})["url"] for number in range(CONNECTIONS)
    ]
    return [(int(url.rpartition(":")[2]), payload.template()) for url in urls]


def _by_header(port: int) -> list[tuple[int, bytes]]:
    """A session named by a header for each connection."""
    return [(port, payload.template(x_mock_session=f"load-{number}")) for number in range(CONNECTIONS)]


def _by_default(port: int) -> list[tuple[int, bytes]]:
    """The default session for all connections."""
    return [(port, payload.template()) for _ in range(CONNECTIONS)]


_WAYS: dict[str, Callable[[int], list[tuple[int, bytes]]]] = {
    "sessions with ports": _at_ports,
    "sessions by header": _by_header,
    "default session": _by_default,
}


def once(alive: Running, targets: list[tuple[int, bytes]], first: int, seconds: float) -> Round:
    """Load a server once.

    Raises:
        SystemExit: it answers anything but 200.
    """
    load = SpreadLoad(targets, first)
    before = alive.cpu_seconds()
    found = measured(load, seconds, None)
    cpu = alive.cpu_seconds() - before
    if set(found["statuses"]) != {"200"}:
        raise SystemExit(f"valid leads are answered with {found['statuses']}")
    micros = cpu / found["statuses"]["200"] * 1e6
    return Round(found["per_second"], found["p50"], found["p99"], micros, found["own_share"])


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    given = parser.parse_args()
    rounds: dict[tuple[str, int], list[Round]] = {(way, count): [] for way in _WAYS for count in _COUNTS}
    for number in range(given.rounds):
        for count in _COUNTS if number % 2 else reversed(_COUNTS):
            with running(crm_mocks("--workers", str(count))) as alive:
                for position, (way, targets) in enumerate(_WAYS.items()):
                    first = 100_000_000 * (position + 1)
                    once(alive, targets(alive.port), first, given.seconds / 4)
                    time.sleep(0.1)
                    rounds[way, count].append(once(alive, targets(alive.port), first + 50_000_000, given.seconds))
    print("| sessions | workers | requests/s | p50 ms | p99 ms | CPU µs/request | load generator's share |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for (way, count), found in rounds.items():
        figures = {name: median(getattr(each, name) for each in found) for name in Round.__dataclass_fields__}
        print(
            f"| {way} | {count} | {figures['per_second']:,.0f} | {figures['p50']:.2f} | {figures['p99']:.2f} "
            f"| {figures['cpu']:.0f} | {figures['own_share']:.2f} |"
        )


if __name__ == "__main__":
    main()
