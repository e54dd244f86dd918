"""Mock `httpx`: through a transport for one client, or by patching all of its transports."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from unittest import mock

import httpx

from crm_contracts.offline.bridge import AsgiBridge, BufferedResponse, TransportFault
from crm_contracts.offline.hosts import HostRegistry
from crm_mocks.faults import Fault

Send = Callable[..., Any]


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Mocks all requests of one client, whatever its base URL: `httpx.Client(transport=…)`."""

    def __init__(self, bridge: AsgiBridge, session: str, hosts: HostRegistry) -> None:
        self._bridge = bridge
        self._session = session
        self._hosts = hosts

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Handle a request of `httpx.Client`."""
        request.read()
        return _sync(self._bridge, self._session, self._url(request), request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Handle a request of `httpx.AsyncClient`."""
        await request.aread()
        return await _async(self._bridge, self._session, self._url(request), request)

    def _url(self, request: httpx.Request) -> str:
        return self._hosts.strip_prefix(request.method, str(request.url))


class HttpxPatch:
    """While started, mocks, allows or blocks all requests over the transports of `httpx`."""

    def __init__(self, bridge: AsgiBridge, hosts: HostRegistry) -> None:
        self._bridge = bridge
        self._hosts = hosts
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
            found = self._found(request)
            if found is None:
                return real(transport, request)  # type: ignore[no-any-return]  # httpx's own method
            request.read()
            return _sync(self._bridge, *found, request)

        return handle_request

    def _async_handler(self, real: Send) -> Send:
        async def handle_async_request(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
            found = self._found(request)
            if found is None:
                return await real(transport, request)  # type: ignore[no-any-return]  # httpx's own method
            await request.aread()
            return await _async(self._bridge, *found, request)

        return handle_async_request

    def _found(self, request: httpx.Request) -> tuple[str, str] | None:
        url = str(request.url)
        found = self._hosts.find(request.method, url)
        if found is None and not self._hosts.is_allowed(url):
            raise httpx.ConnectError(self._hosts.refusal(url), request=request)
        return found


def _sync(bridge: AsgiBridge, session: str, url: str, request: httpx.Request) -> httpx.Response:
    try:
        response = bridge.call(session, request.method, url, _headers(request), request.content, _read_timeout(request))
    except TransportFault as fault:
        return _fault_response(fault, request)
    return _response(response)


async def _async(bridge: AsgiBridge, session: str, url: str, request: httpx.Request) -> httpx.Response:
    timeout = _read_timeout(request)
    arguments = (session, request.method, url, _headers(request), request.content, timeout)
    try:
        if _in_asyncio():
            future = asyncio.wrap_future(bridge.begin(*arguments))
            return _response(await asyncio.wait_for(future, timeout))
        import anyio.to_thread  # httpx brings it; this is how trio waits for a thread

        return _response(await anyio.to_thread.run_sync(partial(bridge.call, *arguments)))
    except TimeoutError:
        return _fault_response(TransportFault(Fault.TIMEOUT), request)
    except TransportFault as fault:
        return _fault_response(fault, request)


def _in_asyncio() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _read_timeout(request: httpx.Request) -> float | None:
    """Return the client's read timeout in seconds."""
    seconds: float | None = request.extensions.get("timeout", {}).get("read")
    return seconds


def _headers(request: httpx.Request) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]


def _response(response: BufferedResponse) -> httpx.Response:
    return httpx.Response(response.status, headers=response.headers, content=response.body)


def _fault_response(fault: TransportFault, request: httpx.Request) -> httpx.Response:
    if fault.fault is Fault.SLOW_BODY and fault.response is not None:
        return _response(fault.response)
    kind, message = _ERRORS[fault.fault]
    raise kind(message, request=request)


_ERRORS: Final[dict[Fault, tuple[type[httpx.TransportError], str]]] = {
    Fault.EMPTY_RESPONSE: (httpx.RemoteProtocolError, "Server disconnected without sending a response."),
    Fault.CONNECTION_RESET_BY_PEER: (httpx.ReadError, "[Errno 104] Connection reset by peer"),
    Fault.RANDOM_DATA_THEN_CLOSE: (httpx.RemoteProtocolError, "illegal status line"),
    Fault.MALFORMED_RESPONSE_CHUNK: (httpx.RemoteProtocolError, "illegal chunk header"),
    Fault.TRUNCATED_BODY: (
        httpx.RemoteProtocolError,
        "peer closed connection without sending complete message body (incomplete chunked read)",
    ),
    Fault.TIMEOUT: (
        httpx.ReadTimeout,
        "The read operation timed out: without a timeout, this client would wait forever",
    ),
}
