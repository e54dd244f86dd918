"""How fixtures reach the control API: over a socket, or in process."""

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
    """The mocks no longer answer."""


class AdminChannel(Protocol):
    """Carries control requests."""

    def __call__(self, method: str, route: str, body: Any = None, **query: Any) -> Any:
        """Send a control request; return its JSON answer.

        Args:
            method: HTTP method.
            route: below `/__admin`, such as `sessions`.
            body: JSON value; `None` sends none.
            query: parameters; those that are `None` are left out, those with a list are repeated.

        Raises:
            UsageError: the request was refused, in the control API's words.
            Gone: nobody answers.
        """


def target(route: str, query: Mapping[str, Any]) -> str:
    """Return path and query of a control request."""
    given = {name: value for name, value in query.items() if value is not None}
    return f"{ADMIN}/{quote(route)}" + (f"?{urlencode(given, doseq=True)}" if given else "")


def understood(status: int, raw: bytes) -> Any:
    """Return the JSON value of a control answer.

    Raises:
        UsageError: it is a refusal.
    """
    try:
        value = json.loads(raw)
    except ValueError:
        value = raw.decode("utf-8", "replace")
    if status < 400:
        return value
    detail = value.get("detail") if isinstance(value, dict) else None
    raise UsageError(str(detail or f"the control API answered {status}: {value}"))


class SocketChannel:
    """The control API of a server.

    It is reached by the standard library: a client under test, a patch of its HTTP library or a proxy of the
    environment must not stand in the way. A connection is kept for the next request, for a test may make two for each
    of many examples.
    """

    def __init__(self, url: str, why_gone: Callable[[], str] = lambda: "") -> None:
        """Take note of the server.

        Args:
            url: the server's.
            why_gone: tells why a server does not answer.
        """
        parts = urlsplit(url)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._url = url
        self._why_gone = why_gone
        self._kept: list[HTTPConnection] = []
        self._process = os.getpid()

    def __call__(self, method: str, route: str, body: Any = None, **query: Any) -> Any:
        """See `AdminChannel`."""
        connection = self._taken()
        try:
            raw = None if body is None else json.dumps(body).encode()
            headers = {"Content-Type": "application/json"} if raw is not None else {}
            connection.request(method, target(route, query), raw, headers)
            answer = connection.getresponse()
            status, read = answer.status, answer.read()
        except (OSError, HTTPException) as error:
            connection.close()
            raise ServerGone(
                " ".join(filter(None, (f"the mocks at {self._url} do not answer: {error}", self._why_gone())))
            ) from None
        self._kept.append(connection)
        return understood(status, read)

    def close(self) -> None:
        """Close the connections that are kept."""
        while self._kept:
            self._kept.pop().close()

    def _taken(self) -> HTTPConnection:
        """Return a connection that nobody else uses: one that was kept and is still open, or a new one."""
        if self._process != os.getpid():  # the process that this one was forked from still uses those that are kept
            self.close()
            self._process = os.getpid()
        with suppress(IndexError):
            connection = self._kept.pop()
            if _is_open(connection):
                return connection
            connection.close()
        return HTTPConnection(*self._address, timeout=_SECONDS)


def _is_open(connection: HTTPConnection) -> bool:
    """Tell whether a connection on which nothing is awaited is still open: nothing comes, not even its end."""
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
