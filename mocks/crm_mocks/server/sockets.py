"""Listening sockets and their URLs."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from dataclasses import dataclass
from typing import Any, Final

from crm_mocks.errors import UsageError

_BACKLOG: Final = 2048
_REASONS: Final = {
    errno.EADDRINUSE: "the port is in use: choose another with --port, or --port 0 for a free one",
    errno.EACCES: "permission denied: choose a port above 1023 with --port",
    errno.EADDRNOTAVAIL: "this machine does not have that address: choose another with --host",
}


@dataclass(frozen=True)
class Listener:
    """A listening socket.

    Attributes:
        socket: the socket.
        host: host as given by the user.
    """

    socket: socket.socket
    host: str

    @property
    def address(self) -> str:
        """The bound IP address."""
        return str(self.socket.getsockname()[0])

    @property
    def port(self) -> int:
        """The bound port."""
        return int(self.socket.getsockname()[1])

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed."""
        return self.socket.fileno() >= 0

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return ipaddress.ip_address(self.address.partition("%")[0]).is_loopback

    def url(self, *, secure: bool) -> str:
        """Return the URL for clients on this machine, without trailing slash."""
        return f"{'https' if secure else 'http'}://{self._reachable_host()}:{self.port}"

    def _reachable_host(self) -> str:
        """Return the host for URLs; loopback if all addresses are bound."""
        if ipaddress.ip_address(self.address.partition("%")[0]).is_unspecified:
            return "127.0.0.1" if self.socket.family == socket.AF_INET else "[::1]"
        return f"[{self.host}]" if ":" in self.host else self.host

    def close(self) -> None:
        """Stop listening."""
        self.socket.close()


def listen(host: str, port: int) -> Listener:
    """Open a listening socket.

    It listens immediately, so that a port in use is detected before anything else is loaded, and early clients wait.

    Args:
        host: name or address; for a name with IPv4 and IPv6 addresses, IPv4 is used.
        port: port, or 0 for a free one.

    Raises:
        UsageError: the host or port cannot be bound.
    """
    try:
        return open_socket(host, port)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise UsageError(f"cannot listen on {host} port {port}: {reason}") from None


def open_socket(host: str, port: int) -> Listener:
    """Open a listening socket like `listen`.

    Raises:
        OSError: the address cannot be bound.
        UsageError: the host does not exist.
    """
    family, address = _resolve(host, port)
    listening = socket.socket(
        family, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # asyncio sets TCP_NODELAY only if the protocol is explicit
    try:
        if os.name == "posix":  # on Windows it would let two servers share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
        listening.setblocking(False)  # noqa: FBT003  # positional-only parameter
    except BaseException:
        listening.close()
        raise
    return Listener(listening, host)


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, Any]:
    if not 0 <= port <= 65535:
        raise UsageError(f"{port} is not a port: ports are 0 to 65535")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise UsageError(f"cannot listen on '{host}': no such host") from None
    if not host:
        raise UsageError("cannot listen on '': no such host")
    family, _, _, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return family, address
