"""Send requests of `httpx` through httpcore to the mocks: streams, time-outs and errors are its own."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from typing import Any

import anyio
import anyio.to_thread
import httpcore
import httpx
from httpx._transports.default import AsyncResponseStream, ResponseStream, map_httpcore_exceptions

from crm_contracts.offline.wire import ENDLESS, AnsweredWire


def send(wire: AnsweredWire, request: httpx.Request) -> httpx.Response:
    """Send a request of `httpx.Client` over a connection to the mocks."""
    pool = httpcore.ConnectionPool(_ssl_context(), max_keepalive_connections=0, network_backend=_Backend(wire))
    with map_httpcore_exceptions():
        streamed = pool.handle_request(_for_httpcore(request))
    assert isinstance(streamed.stream, Iterable)  # a pool without async returns a synchronous stream
    return _for_httpx(streamed, ResponseStream(streamed.stream))


async def send_async(wire: AnsweredWire, request: httpx.Request) -> httpx.Response:
    """Send a request of `httpx.AsyncClient` over a connection to the mocks."""
    backend = _AsyncBackend(wire)
    pool = httpcore.AsyncConnectionPool(_ssl_context(), max_keepalive_connections=0, network_backend=backend)
    with map_httpcore_exceptions():
        streamed = await pool.handle_async_request(_for_httpcore(request))
    assert isinstance(streamed.stream, AsyncIterable)  # as above
    return _for_httpx(streamed, AsyncResponseStream(streamed.stream))


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

    def __init__(self, wire: AnsweredWire) -> None:
        self._wire = wire

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

    def __init__(self, wire: AnsweredWire) -> None:
        self._wire = wire

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
                with anyio.fail_after(self._wire.time_limit(timeout)):
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
