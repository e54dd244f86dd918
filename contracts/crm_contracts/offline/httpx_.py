"""Mock `httpx` below its transports: streams, time-outs and errors are those of httpcore itself."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterable, Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest import mock

import anyio
import anyio.to_thread
import httpcore
import httpx
from httpx._transports.default import AsyncResponseStream, ResponseStream, map_httpcore_exceptions

from crm_contracts.offline.bridge import AsgiBridge
from crm_contracts.offline.held_response import is_framed, reason_phrase
from crm_contracts.offline.hosts import HostRegistry
from crm_contracts.offline.interceptor import Interceptor, RequestRefused, mocked
from crm_contracts.offline.mocked_origin import MockedOrigin
from crm_contracts.offline.wire import ENDLESS, AnsweredWire, Wire

Send = Callable[..., Any]


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Mocks all requests of one client, whatever its base URL: `httpx.Client(transport=…)`."""

    def __init__(self, bridge: AsgiBridge, session: str, hosts: HostRegistry) -> None:
        self._bridge = bridge
        self._session = session
        self._hosts = hosts

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Handle a request of `httpx.Client`."""
        return _send(self._origin_of(request), request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Handle a request of `httpx.AsyncClient`."""
        return await _send_async(self._origin_of(request), request)

    def _origin_of(self, request: httpx.Request) -> MockedOrigin:
        with _as_connect_error(request):
            return mocked(self._bridge, self._session, str(request.url), self._resolve)

    def _resolve(self, method: str, url: str) -> tuple[str, str]:
        return self._session, self._hosts.strip_prefix(method, url)


class HttpxPatch:
    """While started, mocks, allows or blocks all requests over the transports of `httpx`."""

    def __init__(self, interceptor: Interceptor) -> None:
        self._interceptor = interceptor
        self._patches = [
            mock.patch.object(httpx.HTTPTransport, "handle_request", self._handler(httpx.HTTPTransport.handle_request)),
            mock.patch.object(
                httpx.AsyncHTTPTransport,
                "handle_async_request",
                self._async_handler(httpx.AsyncHTTPTransport.handle_async_request),
            ),
        ]

    def start(self) -> None:
        """Start patching."""
        for patch in self._patches:
            patch.start()

    def stop(self) -> None:
        """Restore `httpx`."""
        for patch in self._patches:
            patch.stop()

    def _handler(self, real: Send) -> Send:
        def handle_request(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
            mocked_origin = self._origin_of(request)
            if mocked_origin is None:
                return real(transport, request)  # type: ignore[no-any-return]  # httpx's own method
            return _send(mocked_origin, request)

        return handle_request

    def _async_handler(self, real: Send) -> Send:
        async def handle_async_request(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
            mocked_origin = self._origin_of(request)
            if mocked_origin is None:
                return await real(transport, request)  # type: ignore[no-any-return]  # httpx's own method
            return await _send_async(mocked_origin, request)

        return handle_async_request

    def _origin_of(self, request: httpx.Request) -> MockedOrigin | None:
        with _as_connect_error(request):
            return self._interceptor.origin_of(str(request.url))


@contextmanager
def _as_connect_error(request: httpx.Request) -> Iterator[None]:
    try:
        yield
    except RequestRefused as error:
        raise httpx.ConnectError(str(error), request=request) from None


def _send(mocked_origin: MockedOrigin, request: httpx.Request) -> httpx.Response:
    answered, response = _send_whole(mocked_origin, request)
    if response is not None:
        return response
    backend = _Backend(mocked_origin, answered)
    pool = httpcore.ConnectionPool(_ssl_context(), max_keepalive_connections=0, network_backend=backend)
    with map_httpcore_exceptions():
        streamed = pool.handle_request(_for_httpcore(request))
    assert isinstance(streamed.stream, Iterable)  # a pool without async returns a synchronous stream
    return _for_httpx(streamed, ResponseStream(streamed.stream))


async def _send_async(mocked_origin: MockedOrigin, request: httpx.Request) -> httpx.Response:
    answered, response = _send_whole(mocked_origin, request)
    if response is not None:
        return response
    backend = _AsyncBackend(mocked_origin, answered)
    pool = httpcore.AsyncConnectionPool(_ssl_context(), max_keepalive_connections=0, network_backend=backend)
    with map_httpcore_exceptions():
        streamed = await pool.handle_async_request(_for_httpcore(request))
    assert isinstance(streamed.stream, AsyncIterable)  # as above
    return _for_httpx(streamed, AsyncResponseStream(streamed.stream))


def _send_whole(
    mocked_origin: MockedOrigin, request: httpx.Request
) -> tuple[AnsweredWire | None, httpx.Response | None]:
    """Send a request without a connection, if that makes no difference to the client.

    Returns:
        The connection from which httpcore can read the response, if the request was sent, and the response, if it is
        whole.
    """
    stream, headers = request.stream, request.headers.raw
    if not isinstance(stream, httpx.ByteStream) or request.extensions.keys() - {"timeout"}:
        return None, None
    if any(value != value.strip() for _, value in headers):  # which h11 rejects
        return None, None
    request_line = b"%b %b HTTP/1.1" % (request.method.encode(), request.url.raw_path)
    held = mocked_origin.send_whole([request_line, *(b"%b: %b" % header for header in headers)], b"".join(stream))
    if held is None:
        return None, None
    whole = held.whole
    if whole is None or not is_framed(whole, request.method):
        return AnsweredWire(held.pipe), None
    extensions = {"http_version": b"HTTP/1.1", "reason_phrase": reason_phrase(whole.status).encode()}
    raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in whole.headers]
    return None, httpx.Response(
        whole.status, headers=raw_headers, stream=httpx.ByteStream(whole.body), extensions=extensions
    )


def _for_httpcore(request: httpx.Request) -> httpcore.Request:
    """Return a request as the transports of httpx do; their own methods may be patched by others."""
    url = request.url
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _for_httpx(response: httpcore.Response, stream: httpx.SyncByteStream | httpx.AsyncByteStream) -> httpx.Response:
    return httpx.Response(response.status, headers=response.headers, stream=stream, extensions=response.extensions)


@cache
def _ssl_context() -> ssl.SSLContext:
    """Return a context that encrypts nothing: it is only passed to `start_tls` below."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class _Backend(httpcore.NetworkBackend):
    """Connects to the mocks instead of the network."""

    def __init__(self, mocked_origin: MockedOrigin, answered: AnsweredWire | None) -> None:
        self._wire = answered or Wire(mocked_origin)

    def connect_tcp(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        return _Stream(self._wire)


class _Stream(httpcore.NetworkStream):
    """A connection to the mocks."""

    def __init__(self, wire: AnsweredWire) -> None:
        self._wire = wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _as_errors_of_httpcore(timeout):
            return self._wire.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  # writing never waits
        self._wire.write(buffer)

    def close(self) -> None:
        self._wire.close()

    def start_tls(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        return self


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    """Connects to the mocks instead of the network."""

    def __init__(self, mocked_origin: MockedOrigin, answered: AnsweredWire | None) -> None:
        self._wire = answered or Wire(mocked_origin)

    async def connect_tcp(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        return _AsyncStream(self._wire)


class _AsyncStream(httpcore.AsyncNetworkStream):
    """A connection to the mocks."""

    def __init__(self, wire: AnsweredWire) -> None:
        self._wire = wire

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109  # httpcore's signature
        with _as_errors_of_httpcore(timeout):
            waiting = self._wire.readable()
            if not waiting.done():
                with anyio.fail_after(self._wire.limit(timeout)):
                    await _wait(waiting)
            return self._wire.read(max_bytes, 0)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109  # never waits
        self._wire.write(buffer)

    async def aclose(self) -> None:
        self._wire.close()

    async def start_tls(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        return self


async def _wait(future: Future[None]) -> None:
    """Wait for a future of another thread, in an event loop of asyncio or trio."""
    if _in_asyncio():
        await asyncio.wrap_future(future)
    else:
        await anyio.to_thread.run_sync(future.result, abandon_on_cancel=True)


def _in_asyncio() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@contextmanager
def _as_errors_of_httpcore(timeout: float | None) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise httpcore.ReadTimeout(f"The read operation timed out: {ENDLESS}" if timeout is None else "") from error
    except OSError as error:
        raise httpcore.ReadError(str(error)) from error
