"""Clients of the crash soak that are not good: those of `benchmarks.holdup`, hostile bytes, and mixed traffic."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from benchmarks.holdup import ATTACKS
from benchmarks.traffic import Client

_PAUSE_SECONDS = 0.3
_PIECES = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 300,
    b"POST /activix/leads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST /activix/leads HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 5000,
    b"GET /__admin/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: a=1&b\r\n\r\n",
    b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\0" * 70_000,
)


def attack_until(port: int, number: int, end: float) -> dict[str, Any]:
    """Attack by everything that there is, in one round after the other; return what was wrong."""
    chosen = random.Random(number)
    attacks: list[tuple[str, Callable[[int], object]]] = [*ATTACKS.items(), *_BY_BYTES]
    wrong: list[tuple[float, str]] = []
    count = 0
    while time.monotonic() < end:
        if count % len(attacks) == 0:
            chosen.shuffle(attacks)
        name, attack = attacks[count % len(attacks)]
        count += 1
        try:
            attack(port)
        except OSError:
            time.sleep(0.05)  # as a kill or the server's limits want it
        except SystemExit as error:
            answered = str(error)
            is_5xx = "HTTP/1.1 5" in answered and "healthy" not in answered
            wrong.append((time.monotonic(), f"{'status: ' if is_5xx else ''}{name}: {answered[:200]}"))
        time.sleep(_PAUSE_SECONDS)
    return {"count": count, "kind": "attacks", "wrong": wrong}


def mixed_until(port: int, number: int, end: float) -> dict[str, Any]:
    """Send mixed traffic; return what was wrong."""
    client = Client(port, number)
    wrong: list[tuple[float, str]] = []
    while time.monotonic() < end:
        before = len(client.seen.wrong)
        try:
            client.step()
        except (OSError, KeyError, ValueError) as error:  # such as a login that a kill cuts off
            wrong.append((time.monotonic(), f"mixed: {error!r}"))
        for text in client.seen.wrong[before:]:
            is_5xx = "answered with 5" in text or "body with 5" in text
            wrong.append((time.monotonic(), f"{'status: ' if is_5xx else ''}mixed: {text}"))
            time.sleep(0.01)
        time.sleep(0.002)
    return {"count": sum(client.seen.kinds.values()), "kind": "mixed requests", "wrong": wrong}


def _send(piece: bytes) -> Callable[[int], None]:
    def attack(port: int) -> None:
        connections = []
        with suppress(OSError):
            for _ in range(20):
                connections.append(socket.create_connection(("127.0.0.1", port), timeout=2))
                connections[-1].sendall(piece)
                connections[-1].shutdown(socket.SHUT_WR)
            time.sleep(0.2)
        for each in connections:
            each.close()

    return attack


def _open_many(port: int) -> None:
    """Open connections that send nothing."""
    connections = []
    with suppress(OSError):
        connections = [socket.create_connection(("127.0.0.1", port), timeout=2) for _ in range(300)]
        time.sleep(0.5)
    for each in connections:
        each.close()


_BY_BYTES = [(repr(piece[:20]), _send(piece)) for piece in _PIECES] + [("300 silent connections", _open_many)]
