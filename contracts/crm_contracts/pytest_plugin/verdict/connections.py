"""Observe where this process connects to, so that a run without requests can say where they went."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any, Final

_MAX: Final = 20


class ConnectionObserver:
    """Observes connections and look-ups of hosts while it is active, by audit events of the interpreter.

    Attributes:
        active: whether to observe.
    """

    def __init__(self) -> None:
        self.active = False
        self._ignored_ports: set[int | None] = set()
        self._seen: dict[tuple[str, int], None] = {}

    def ignore(self, url: str) -> None:
        """Ignore connections to a URL of the mocks."""
        self._ignored_ports.add(_port(url))

    def take(self) -> list[str]:
        """Return and forget the destinations since the last call, as `host:port`."""
        seen, self._seen = self._seen, {}
        return [f"{host}:{port}" for host, port in seen if port not in self._ignored_ports]

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Handle an audit event."""
        if not self.active:
            return
        if event == "socket.getaddrinfo":
            self._record(arguments[0], arguments[1])
        elif event == "socket.connect" and isinstance(arguments[1], tuple):
            host, port = arguments[1][:2]
            if all(port != seen_port for _, seen_port in self._seen):  # its name was looked up, unless it is an address
                self._record(host, port)

    def _record(self, host: object, port: object) -> None:
        name = host.decode("latin-1") if isinstance(host, bytes) else host
        if isinstance(name, str) and isinstance(port, int) and len(self._seen) < _MAX:
            self._seen[name, port] = None


def _port(url: str) -> int | None:
    """Return the port of a URL that the mocks have made; `urlsplit` takes ten times as long, for each test."""
    authority = url.split("/", 3)[2]
    port = authority.rpartition(":")[2]
    return int(port) if port.isdecimal() else None


@cache
def observer() -> ConnectionObserver:
    """Return the observer of this process; an audit hook cannot be removed, so there is only one."""
    created = ConnectionObserver()
    sys.addaudithook(created.hook)
    return created
