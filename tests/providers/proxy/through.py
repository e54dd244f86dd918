"""Proxies in this process, and providers behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.no_redirects import make_final
from crm_contracts.providers.proxy.application import ProxyApplication
from crm_contracts.providers.proxy.upstream import Upstream, make_client
from crm_mocks.settings.host import HostSettings

_FINAL: Any = {"response": [make_final]}
ORIGIN = "http://proxy.example.com"
ServeConnection = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Exact(httpx.AsyncBaseTransport):
    """A transport that forwards requests with the request target as their URL."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(raw_path=request.extensions["target"])
        response = await self._inner.handle_async_request(request)
        if not response.is_stream_consumed:
            return response
        body = httpx.ByteStream(response.content)
        return httpx.Response(response.status_code, headers=response.headers.raw, stream=body)


class Proxy:
    """A proxy without a socket.

    Attributes:
        seen: recorded exchanges.
        complaints: complaints about requests.
    """

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None, **options: Any) -> None:
        self.seen: list[Exchange] = []
        self.complaints: list[str] = []
        limits = HostSettings(body_bytes=options.pop("body_bytes", 100_000))
        seconds = options.pop("seconds", 60.0)
        made = transport is not None and httpx.AsyncClient(transport=transport, event_hooks=_FINAL)
        client = made or make_client(url, 60.0)  # connecting may take longer on a busy machine
        self._provider = Upstream(url, client, seconds=seconds, max_bytes=limits.body_bytes)
        self.application = ProxyApplication(self._provider, limits, self.seen.append, self.complaints.append)

    async def request(self, method: str, path: str, **keywords: Any) -> httpx.Response:
        """Send a request; keywords as in httpx."""
        inside = httpx.ASGITransport(self.application)
        async with httpx.AsyncClient(transport=inside, base_url=ORIGIN, event_hooks=_FINAL) as client:
            return await client.request(method, path, **keywords)

    async def close(self) -> None:
        await self._provider.close()


def through(respond: Callable[[httpx.Request], httpx.Response], method: str, path: str, **keywords: Any) -> Any:
    """Send one request through a proxy to a function; return the response, the exchange, and the forwarded request."""
    sent: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return respond(request)

    proxy = Proxy("http://provider.example.com:8080/base", Exact(httpx.MockTransport(handle)))
    response = asyncio.run(proxy.request(method, path, **keywords))
    return response, proxy.seen[-1], sent[-1]


def exchange_with(
    serve_connection: ServeConnection | bytes, method: str = "GET", path: str = "/", **keywords: Any
) -> tuple[httpx.Response, Exchange]:
    """Send one request through a proxy to a provider on a socket; return the response and the exchange.

    Args:
        serve_connection: handles a connection of the provider; or the bytes that the provider sends in response.
        method: of the request.
        path: of the request.
        keywords: as in httpx; `seconds` and `body_bytes` are the proxy's.
    """
    limits = {name: keywords.pop(name) for name in ("seconds", "body_bytes") if name in keywords}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if isinstance(serve_connection, bytes):
                await reader.read(65536)
                writer.write(serve_connection)
                await writer.drain()
            else:
                await serve_connection(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def run() -> tuple[httpx.Response, Exchange]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        proxy = Proxy(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", **limits)
        try:
            return await proxy.request(method, path, **keywords), proxy.seen[-1]
        finally:
            await proxy.close()
            server.close()

    return asyncio.run(run())
