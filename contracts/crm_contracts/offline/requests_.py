"""Mock `requests` below its adapters: retries, time-outs and errors are those of urllib3 itself."""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse, Retry
from urllib3._collections import HTTPHeaderDict
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ReadTimeoutError
from urllib3.util import SKIP_HEADER

from crm_contracts.offline.held_response import HeldResponse, WholeResponse, is_framed
from crm_contracts.offline.interceptor import Interceptor, RequestRefused
from crm_contracts.offline.mocked_origin import MockedOrigin
from crm_contracts.offline.wire import ENDLESS, AnsweredWire, Wire
from crm_mocks.reason_phrases import reason_phrase

_METHOD: Final = (
    "get_connection_with_tls_context" if hasattr(HTTPAdapter, "get_connection_with_tls_context") else "get_connection"
)
"""The method of an adapter that returns the connection pool for a request: the second until requests 2.31."""

_PROXIES: Final = "get_environ_proxies"
"""The function of `requests.sessions` that looks for proxies in the environment, for each request."""

_PORTS: Final = {"http": 80, "https": 443}

_ADDED: Final = frozenset({"accept-encoding", "content-length", "user-agent"})
"""Headers that urllib3 adds if they are missing."""

_BODYLESS: Final = frozenset({"GET", "HEAD", "DELETE", "TRACE", "OPTIONS", "CONNECT"})
"""Methods for which it adds no Content-Length without a body."""


class RequestsPatch:
    """While started, mocks, allows or blocks all requests of `requests`."""

    def __init__(self, interceptor: Interceptor) -> None:
        self._interceptor = interceptor
        self._real: Callable[..., Any] = getattr(HTTPAdapter, _METHOD)
        self._real_proxies: Callable[..., Any] = getattr(requests.sessions, _PROXIES)

    def start(self) -> None:
        """Start patching."""
        setattr(HTTPAdapter, _METHOD, self._pool_for(self._real))
        setattr(requests.sessions, _PROXIES, self._proxies_for(self._real_proxies))

    def stop(self) -> None:
        """Restore `requests`."""
        setattr(HTTPAdapter, _METHOD, self._real)
        setattr(requests.sessions, _PROXIES, self._real_proxies)

    def _proxies_for(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Return a look-up of proxies in the environment that knows of none for the mocks: it takes long."""

        def get_environ_proxies(url: str, no_proxy: str | None = None) -> Any:
            return {} if self._interceptor.mocks(url) else real(url, no_proxy=no_proxy)

        return get_environ_proxies

    def _pool_for(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def get_connection(adapter: HTTPAdapter, request: Any, *args: Any, **kwargs: Any) -> Any:
            url = request if isinstance(request, str) else request.url
            try:
                mocked_origin = self._interceptor.origin_of(url)
            except RequestRefused as error:
                raise requests.ConnectionError(str(error), request=request) from None
            if mocked_origin is None:
                return real(adapter, request, *args, **kwargs)
            return _MockedPool(mocked_origin, url)

        return get_connection


class _MockedPool:
    """What an adapter needs of a connection pool; urllib3's own pool does what is not simple."""

    def __init__(self, mocked_origin: MockedOrigin, url: str) -> None:
        self._mocked_origin = mocked_origin
        self._url = url

    def urlopen(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: Any = None,
        retries: Any = None,
        **options: Any,
    ) -> Any:
        """Send a request; see `urllib3.HTTPConnectionPool.urlopen`."""
        answered: list[AnsweredWire] = []
        if not options.get("chunked"):
            held = self._send_whole(method, url, body, headers)
            if held is not None:
                whole = held.whole
                if whole is not None and _ends_here(whole, method, retries):
                    return _response(whole, method, url, retries)
                answered.append(AnsweredWire(held.pipe))
        return self._pool(answered).urlopen(method, url, body, headers, retries, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool([]), name)

    def _send_whole(self, method: str, target: str, body: Any, headers: Any) -> HeldResponse | None:
        """Send a request as urllib3 would, without a connection; return `None` if it would add to it."""
        content = body.encode() if isinstance(body, str) else b"" if body is None else body
        names = {name.lower() for name in headers or () if isinstance(name, str)}
        added = _ADDED if content or method not in _BODYLESS else _ADDED - {"content-length"}
        if not isinstance(content, bytes) or not names >= added:
            return None
        lines = [f"{method} {target} HTTP/1.1"]
        if "host" not in names:
            lines.append(f"Host: {self._mocked_origin.origin.partition('//')[2]}")
        for name, value in headers.items():
            if value is SKIP_HEADER:
                return None
            lines.append(f"{name}: {value if isinstance(value, str) else value.decode('latin-1')}")
        try:
            head = "\r\n".join(lines).encode("latin-1")
        except UnicodeEncodeError:
            return None
        return self._mocked_origin.send_whole(head, len(lines), content)

    def _pool(self, answered: list[AnsweredWire]) -> HTTPConnectionPool:
        parts = urlsplit(self._url)
        default_port = _PORTS[parts.scheme]
        return _ConnectionPool(
            str(parts.hostname),
            parts.port or default_port,
            mocked_origin=self._mocked_origin,
            answered=answered,
            mocked_default_port=default_port,
        )


def _ends_here(response: WholeResponse, method: str, retries: Any) -> bool:
    """Return whether urllib3 would return a response as it is: it does not retry, and nobody reads its connection."""
    if not is_framed(response, method) or not isinstance(retries, Retry):
        return False
    names = {name.lower() for name, _ in response.headers}
    return "set-cookie" not in names and not retries.is_retry(method, response.status, "retry-after" in names)


def _response(response: WholeResponse, method: str, url: str, retries: Any) -> HTTPResponse:
    return HTTPResponse(
        io.BytesIO(response.body),
        HTTPHeaderDict(response.headers),
        response.status,
        11,
        reason=reason_phrase(response.status),
        preload_content=False,
        decode_content=False,
        request_method=method,
        request_url=url,
        retries=retries,
    )


class _Connection(HTTPConnection):
    """A connection to the mocks, for `http` and `https`."""

    response_class = http.client.HTTPResponse  # `verify` gives connections one that needs a socket

    def __init__(
        self,
        *args: Any,
        mocked_origin: MockedOrigin,
        answered: list[AnsweredWire],
        mocked_default_port: int,
        **kwargs: Any,
    ) -> None:
        """Create a connection.

        Args:
            args: arguments of urllib3.
            mocked_origin: where it leads.
            answered: connections whose requests have been sent already; they come first.
            mocked_default_port: port that the header Host omits.
            kwargs: arguments of urllib3.
        """
        super().__init__(*args, **kwargs)
        self.default_port = mocked_default_port  # type: ignore[misc]  # with it, the header Host has no port
        self._mocked_origin = mocked_origin
        self._answered = answered

    def connect(self) -> None:
        wire = self._answered.pop() if self._answered else Wire(self._mocked_origin)
        self.sock: Any = _WireSocket(wire, self.timeout)

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

    def __init__(self, wire: AnsweredWire, timeout: float | None) -> None:
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

    def __init__(self, wire: AnsweredWire, socket: _WireSocket) -> None:
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
