"""Listening sockets, and the URLs at which clients reach them."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
from dataclasses import dataclass
from typing import Any, Final

from crm_mocks.errors import UsageError

_BACKLOG: Final = 2048
_WHY: Final = {
    errno.EADDRINUSE: "it is in use: choose another with --port, or --port 0 for a free one",
    errno.EACCES: "that port needs more rights: choose one above 1023 with --port",
    errno.EADDRNOTAVAIL: "this machine does not have that address: choose another with --host",
}


@dataclass(frozen=True)
class Listener:
    """A socket that listens.

    Attributes:
        socket: the socket.
        host: as the user named it.
    """

    socket: socket.socket
    host: str

    @property
    def address(self) -> str:
        """The IP address listened at."""
        return str(self.socket.getsockname()[0])

    @property
    def port(self) -> int:
        """The port listened at."""
        return int(self.socket.getsockname()[1])

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return ipaddress.ip_address(self.address.partition("%")[0]).is_loopback

    def url(self, *, secure: bool) -> str:
        """Return the URL for clients on this machine, without a slash at the end."""
        return f"{'https' if secure else 'http'}://{self._reachable_host()}:{self.port}"

    def _reachable_host(self) -> str:
        """Return the host for URLs: an address that stands for all of a machine's is no place to connect to."""
        if ipaddress.ip_address(self.address.partition("%")[0]).is_unspecified:
            return "127.0.0.1" if self.socket.family == socket.AF_INET else "[::1]"
        return f"[{self.host}]" if ":" in self.host else self.host

    def close(self) -> None:
        """Stop listening."""
        self.socket.close()


def listen(host: str, port: int) -> Listener:
    """Open a socket that listens.

    It listens at once, so that a port in use is found before anything else is loaded, and clients that are early wait.

    Args:
        host: name or address; of a name with addresses of both kinds, the IPv4 one is taken.
        port: 0 takes a free one.

    Raises:
        UsageError: there is no such host on this machine, or the port cannot be had.
    """
    try:
        return open_socket(host, port)
    except OSError as error:
        why = _WHY.get(error.errno or 0, error.strerror or str(error))
        raise UsageError(f"cannot listen at {host} port {port}: {why}") from None


def open_socket(host: str, port: int) -> Listener:
    """Open a socket that listens, as `listen` does.

    Raises:
        OSError: the operating system gives none.
        UsageError: the host cannot be found.
    """
    family, address = _resolve(host, port)
    listening = socket.socket(
        family, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # asyncio sends at once only where TCP is named
    try:
        if os.name == "posix":  # elsewhere it would let two servers share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
        listening.setblocking(False)  # noqa: FBT003  # its only, positional, parameter
    except BaseException:
        listening.close()
        raise
    return Listener(listening, host)


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, Any]:
    if not 0 <= port <= 65535:
        raise UsageError(f"{port} is no port: ports are 0 to 65535")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise UsageError(f"cannot listen at '{host}': no such host") from None
    if not host:
        raise UsageError("cannot listen at '': no such host")
    family, _, _, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return family, address
