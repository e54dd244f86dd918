"""Mock `requests` below its adapters: retries, time-outs and errors are those of urllib3 itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Final
from unittest import mock
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ReadTimeoutError

from crm_contracts.offline.interceptor import Connect, Interceptor, RequestRefused
from crm_contracts.offline.wire import ENDLESS, Wire

_METHOD: Final = (
    "get_connection_with_tls_context" if hasattr(HTTPAdapter, "get_connection_with_tls_context") else "get_connection"
)
"""The method of an adapter that returns the connection pool for a request: the second until requests 2.31."""

_PORTS: Final = {"http": 80, "https": 443}


class RequestsPatch:
    """While started, mocks, allows or blocks all requests of `requests`."""

    def __init__(self, interceptor: Interceptor) -> None:
        self._interceptor = interceptor
        self._patch = mock.patch.object(HTTPAdapter, _METHOD, self._pool_for(getattr(HTTPAdapter, _METHOD)))

    def start(self) -> None:
        """Start patching."""
        self._patch.start()

    def stop(self) -> None:
        """Restore `requests`."""
        self._patch.stop()

    def _pool_for(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def get_connection(adapter: HTTPAdapter, request: Any, *args: Any, **kwargs: Any) -> Any:
            url = request if isinstance(request, str) else request.url
            try:
                connect = self._interceptor.connect(url)
            except RequestRefused as error:
                raise requests.ConnectionError(str(error), request=request) from None
            return real(adapter, request, *args, **kwargs) if connect is None else _pool(connect, url)

        return get_connection


def _pool(connect: Connect, url: str) -> HTTPConnectionPool:
    parts = urlsplit(url)
    default_port = _PORTS[parts.scheme]
    return _ConnectionPool(
        str(parts.hostname), parts.port or default_port, connect=connect, mocked_default_port=default_port
    )


class _Connection(HTTPConnection):
    """A connection to the mocks, for `http` and `https`."""

    def __init__(self, *args: Any, connect: Connect, mocked_default_port: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.default_port = mocked_default_port  # type: ignore[misc]  # with it, the header Host has no port
        self._connect = connect

    def connect(self) -> None:
        self.sock: Any = _WireSocket(self._connect(), self.timeout)

    def getresponse(self) -> Any:
        try:
            response = super().getresponse()
        except TimeoutError as error:
            if self.timeout is None:
                raise ReadTimeoutError(self, None, f"Read timed out: {ENDLESS}") from error  # type: ignore[arg-type]  # shown only
            raise
        if self.sock is not None:  # as after `Connection: close`: each request has a connection of its own
            self.sock.close()
            self.sock = None
        return response


class _ConnectionPool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _WireSocket:
    """What `http.client` needs of a socket."""

    def __init__(self, wire: Wire, timeout: float | None) -> None:
        self._wire = wire
        self._is_open = True
        self._reader: _WireReader | None = None
        self.timeout = timeout

    def settimeout(self, timeout: float | None) -> None:
        self.timeout = timeout

    def sendall(self, data: bytes) -> None:
        self._wire.write(bytes(data))

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        self._reader = _WireReader(self._wire, self)
        return io.BufferedReader(self._reader)

    def shutdown(self, _how: int) -> None:
        self._wire.close()

    def close(self) -> None:
        """Close the connection, if no response is being read from it."""
        if self._reader is None or self._reader.closed:
            self._wire.close()


class _WireReader(io.RawIOBase):
    """Reads responses from the connection, and closes it at the end."""

    def __init__(self, wire: Wire, socket: _WireSocket) -> None:
        super().__init__()
        self._wire = wire
        self._socket = socket

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._wire.read(len(buffer), self._socket.timeout)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._wire.close()
        super().close()
