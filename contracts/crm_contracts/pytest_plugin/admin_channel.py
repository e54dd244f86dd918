"""Access to the control API for fixtures."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode, urlsplit

from crm_mocks.errors import CrmMocksError, UsageError

ADMIN: Final = "/__admin"
_SECONDS: Final = 60.0


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

    It uses the standard library, so that neither patches of HTTP libraries nor proxy settings interfere. Connections
    are reused, since a test may send two requests for each of many examples.
    """

    def __init__(self, url: str, why_gone: Callable[[], str] = lambda: "") -> None:
        """Create a channel without connecting.

        Args:
            url: URL of the server.
            why_gone: returns the reason why the server does not respond.
        """
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._url = url
        self._why_gone = why_gone
        self._idle: list[HTTPConnection] = []
        self._process = os.getpid()

    def __call__(self, method: str, route: str, body: Any = None, **query: Any) -> Any:
        """See `AdminChannel`."""
        connection = self._connection()
        try:
            raw = None if body is None else json.dumps(body).encode()
            headers = {"Content-Type": "application/json"} if raw is not None else {}
            connection.request(method, request_target(route, query), raw, headers)
            response = connection.getresponse()
            status, content = response.status, response.read()
        except (OSError, HTTPException, RuntimeError) as error:  # the last if pytest-socket blocks the connection
            connection.close()
            raise ServerGone(
                " ".join(filter(None, (f"the mocks at {self._url} do not respond: {error}", self._why_gone())))
            ) from None
        self._idle.append(connection)
        return parse_response(status, content)

    def close(self) -> None:
        """Close all idle connections."""
        while self._idle:
            self._idle.pop().close()

    def _connection(self) -> HTTPConnection:
        """Return an open idle connection, or a new one."""
        if self._process != os.getpid():  # forked: the parent process still uses the idle connections
            self.close()
            self._process = os.getpid()
        with suppress(IndexError):
            connection = self._idle.pop()
            if _is_open(connection):
                return connection
            connection.close()
        return HTTPConnection(*self._address, timeout=_SECONDS)


def _is_open(connection: HTTPConnection) -> bool:
    """Return whether an idle connection is still open: no data is readable, not even end of file."""
    if connection.sock is None:
        return False
    connection.sock.settimeout(0)
    try:
        connection.sock.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        connection.sock.settimeout(_SECONDS)
        return True
    except OSError:
        return False
    return False
