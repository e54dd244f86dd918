"""Access to the control API for fixtures."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode, urlsplit

from crm_contracts.pytest_plugin.hidden_frames import hidden_if_expected
from crm_mocks.errors import CrmMocksError, UsageError

__tracebackhide__ = hidden_if_expected

ADMIN: Final = "/__admin"
_SECONDS: Final = 60.0
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_PIECE: Final = 65_536


class ServerGone(CrmMocksError):
    """The server no longer responds."""


class AdminChannel(Protocol):
    """Sends requests to the control API."""

    def __call__(self, method: str, route: str, body: Any = None, **query: Any) -> Any:
        """Send a request and return the JSON response.

        Args:
            method: HTTP method.
            route: route below `/__admin`, such as `sessions`.
            body: JSON value; `None` for no body.
            query: query parameters; `None` omits a parameter, a list repeats it.

        Raises:
            UsageError: the request was refused; the message is that of the control API.
            ServerGone: the server does not respond.
        """


def request_target(route: str, query: Mapping[str, Any]) -> str:
    """Return path and query of a control request."""
    parameters = {name: value for name, value in query.items() if value is not None}
    return f"{ADMIN}/{quote(route)}" + (f"?{urlencode(parameters, doseq=True)}" if parameters else "")


def parse_response(status: int, raw: bytes) -> Any:
    """Return the JSON value of a response of the control API.

    Raises:
        UsageError: the request was refused.
    """
    try:
        value = json.loads(raw)
    except ValueError:
        value = raw.decode("utf-8", "replace")
    if status < 400:
        return value
    detail = value.get("detail") if isinstance(value, dict) else None
    raise UsageError(str(detail or f"the control API responded with {status}: {value}"))


class SocketChannel:
    """Sends requests to the control API of a server.

    It uses sockets, so that neither patches of HTTP libraries nor proxy settings interfere, and since `http.client`
    takes several times as long as the server. Connections are reused, since a test may send two requests for each of
    many examples.
    """

    def __init__(self, url: str, why_gone: Callable[[], str] = lambda: "") -> None:
        """Create a channel without connecting.

        Args:
            url: URL of the server.
            why_gone: returns the reason why the server does not respond.
        """
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._host = parts.netloc
        self._url = url
        self._why_gone = why_gone
        self._idle: list[socket.socket] = []
        self._process = os.getpid()

    def __call__(self, method: str, route: str, body: Any = None, **query: Any) -> Any:
        """See `AdminChannel`."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {request_target(route, query)} HTTP/1.1\r\nHost: {self._host}\r\n"
        if content:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        try:
            status, response = self._exchange(b"%b\r\n%b" % (head.encode("latin-1"), content))
        except (OSError, RuntimeError) as error:  # the latter if pytest-socket blocks the connection
            raise ServerGone(
                " ".join(filter(None, (f"the mocks at {self._url} do not respond: {error}", self._why_gone())))
            ) from None
        return parse_response(status, response)

    def close(self) -> None:
        """Close all idle connections."""
        while self._idle:
            self._idle.pop().close()

    def _exchange(self, request: bytes) -> tuple[int, bytes]:
        """Send a request and return status and body of the response.

        Raises:
            OSError: the server does not respond.
        """
        if self._process != os.getpid():  # forked: the parent process still uses the idle connections
            self.close()
            self._process = os.getpid()
        with suppress(IndexError, _Closed):
            return self._exchange_over(self._idle.pop(), request)
        return self._exchange_over(socket.create_connection(self._address, _SECONDS), request)

    def _exchange_over(self, connection: socket.socket, request: bytes) -> tuple[int, bytes]:
        try:
            response = _exchange(connection, request)
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return response


class _Closed(OSError):
    """The server had closed the connection before the request."""


def _exchange(connection: socket.socket, request: bytes) -> tuple[int, bytes]:
    """Send a request to the control API and return status and body of the response, which has a Content-Length.

    Raises:
        _Closed: the server has closed the connection without a response.
        OSError: the connection broke, or a time-out.
    """
    try:
        connection.sendall(request)
        received = connection.recv(_PIECE)
    except ConnectionError as error:
        raise _Closed(*error.args) from None
    if not received:
        raise _Closed("the connection was closed")
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _more(connection)
    length = _LENGTH.search(received, 0, end)
    if length is None or not received.startswith(b"HTTP/1.1 "):
        raise OSError("the response is not one of the control API")
    missing = end + 4 + int(length[1]) - len(received)
    pieces = [received]
    while missing > 0:
        pieces.append(_more(connection))
        missing -= len(pieces[-1])
    return int(received[9:12]), b"".join(pieces)[end + 4 :]


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(_PIECE)
    if not piece:
        raise OSError("the connection was closed within a response")
    return piece
