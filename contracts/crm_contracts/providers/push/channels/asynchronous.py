"""Channels that send on an event loop: to a URL, and to an ASGI application of this process."""

from __future__ import annotations

from abc import abstractmethod
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers import own_connections
from crm_contracts.providers.no_cookies import NoCookies
from crm_contracts.providers.no_redirects import make_final
from crm_contracts.providers.push.channels.channel import (
    MAX_BODY_BYTES,
    Channel,
    ExchangeTimer,
    PushRequest,
    ResponseTooLarge,
    failure_message,
)
from crm_contracts.providers.push.channels.lifespan import Lifespan
from crm_contracts.providers.push.channels.loop_thread import LoopThread
from crm_contracts.providers.tls import tls_context
from crm_mocks.asgi.loopback import is_loopback
from crm_mocks.errors import UsageError
from crm_mocks.time_limit import time_limit


class AsyncChannel(Channel):
    """A channel that sends with `httpx` and enforces a time limit on the complete response."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self._loop = LoopThread()
        try:
            self._client = self._loop.run(self._open_client())
        except BaseException:
            self._loop.close()
            raise

    @abstractmethod
    async def _open_client(self) -> httpx.AsyncClient:
        """Return the client that sends the requests."""

    def submit(self, request: PushRequest) -> Future[Exchange]:
        """See `Channel.submit`."""
        return self._loop.submit(self._exchange(request))

    async def _exchange(self, request: PushRequest) -> Exchange:
        timer = ExchangeTimer(request)
        try:
            async with time_limit(self.seconds):
                return await self._send(request, timer)
        except TimeoutError:
            error = httpx.ReadTimeout("") if self.reached else httpx.ConnectTimeout("")
            return timer.failed(failure_message(error, self.seconds))
        except Exception as error:  # noqa: BLE001  # an application may raise anything
            return timer.failed(failure_message(error, self.seconds))

    async def _send(self, request: PushRequest, timer: ExchangeTimer) -> Exchange:
        httpx_request = httpx.Request(
            request.method,
            request.url,
            headers=list(request.headers),
            content=request.body,
            extensions={"trace": self._trace},
        )
        response = await self._client.send(httpx_request, stream=True, follow_redirects=False)
        try:
            chunks, size = [], 0
            async for chunk in response.aiter_raw():
                chunks.append(chunk)
                size += len(chunk)
                if size > MAX_BODY_BYTES:
                    raise ResponseTooLarge
        finally:
            await response.aclose()
        return timer.completed(response, b"".join(chunks))

    async def _trace(self, event: str, _: Any) -> None:
        """Set `reached` once `httpx` reports an event on an open connection."""
        self.reached = self.reached or event.startswith("http11.")

    def close(self) -> None:
        """See `Channel.close`."""
        self._loop.run(self._close_client())
        self._loop.close()

    async def _close_client(self) -> None:
        await self._client.aclose()


class UrlChannel(AsyncChannel):
    """A channel to a URL; redirects are not followed."""

    def __init__(self, url: str, seconds: float, ca_file: Path | None = None) -> None:
        """Open the channel.

        Args:
            url: of the receiver; a loopback address is reached without a proxy.
            seconds: time limit for a complete response.
            ca_file: certificate authorities to trust instead of the default ones, in PEM.

        Raises:
            UsageError: the file cannot be read, or has no certificate.
        """
        self._verify = tls_context(url, ca_file)
        self._uses_proxies = not is_loopback(urlsplit(url).hostname or "")
        super().__init__(seconds)

    async def _open_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=self._verify,
            timeout=httpx.Timeout(None, connect=self.seconds),  # the whole exchange has a time limit
            trust_env=self._uses_proxies,
            cookies=NoCookies(),
            **own_connections.client_options(),
        )


class AsgiChannel(AsyncChannel):
    """A channel to an ASGI application, which starts and stops with the channel."""

    def __init__(self, application: Any, seconds: float) -> None:
        """Start the application.

        Raises:
            UsageError: the application does not start.
        """
        self._application = application
        super().__init__(seconds)
        self.reached = True

    async def _open_client(self) -> httpx.AsyncClient:
        self._lifespan = Lifespan(self._application)  # its queues belong to the loop
        try:
            async with time_limit(self.seconds):
                await self._lifespan.start()
        except TimeoutError:
            raise UsageError(f"the application did not start within {self.seconds:g} s") from None
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self._lifespan),
            cookies=NoCookies(),
            event_hooks={"response": [make_final]},
        )

    async def _close_client(self) -> None:
        await super()._close_client()
        with suppress(TimeoutError):  # an application that does not stop is abandoned
            async with time_limit(self.seconds):
                await self._lifespan.stop()
