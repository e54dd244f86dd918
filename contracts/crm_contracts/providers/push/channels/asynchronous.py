"""Receivers that are sent to from an event loop: those at a URL, and ASGI applications of this process."""

from __future__ import annotations

import asyncio
import ssl
from abc import abstractmethod
from concurrent.futures import Future
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.push.channels.channel import MOST_BYTES, Channel, PushRequest, Timing, TooLong, words
from crm_contracts.providers.push.channels.lifespan import Lifespan
from crm_contracts.providers.push.channels.loop_thread import LoopThread
from crm_mocks.asgi.loopback import is_loopback
from crm_mocks.errors import UsageError


class AsyncChannel(Channel):
    """Sends through `httpx`, and holds it to the time for a whole answer, however it trickles in."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self._loop = LoopThread()
        try:
            self._client = self._loop.run(self._made())
        except BaseException:
            self._loop.close()
            raise

    @abstractmethod
    async def _made(self) -> httpx.AsyncClient:
        """Return what requests are sent with."""

    def submit(self, request: PushRequest) -> Future[Exchange]:
        """See `Channel.submit`."""
        return self._loop.submit(self._exchange(request))

    async def _exchange(self, request: PushRequest) -> Exchange:
        timing = Timing(request)
        try:
            async with asyncio.timeout(self.seconds):
                return await self._answered(request, timing)
        except TimeoutError:
            error = httpx.ReadTimeout("") if self.reached else httpx.ConnectTimeout("")
            return timing.failed(words(error, self.seconds))
        except Exception as error:  # noqa: BLE001  # an application may raise anything
            return timing.failed(words(error, self.seconds))

    async def _answered(self, request: PushRequest, timing: Timing) -> Exchange:
        sent = httpx.Request(
            request.method,
            request.url,
            headers=list(request.headers),
            content=request.body,
            extensions={"trace": self._note},
        )
        response = await self._client.send(sent, stream=True, follow_redirects=False)
        try:
            pieces, size = [], 0
            async for piece in response.aiter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > MOST_BYTES:
                    raise TooLong
        finally:
            await response.aclose()
        return timing.answered(response, b"".join(pieces))

    async def _note(self, event: str, _: Any) -> None:
        """Note that there is a connection: `httpx` tells of each step."""
        self.reached = self.reached or event.startswith("http11.")

    def close(self) -> None:
        """See `Channel.close`."""
        self._loop.run(self._ended())
        self._loop.close()

    async def _ended(self) -> None:
        await self._client.aclose()


class UrlChannel(AsyncChannel):
    """Sends to a URL; redirects are answers, and are not followed."""

    def __init__(self, url: str, seconds: float, ca_file: Path | None = None) -> None:
        """Take what holds for all requests.

        Args:
            url: of the receiver; what is on this machine is reached without a proxy.
            seconds: that an answer may take, whole.
            ca_file: certificate authorities to trust in place of the usual ones, in PEM.

        Raises:
            UsageError: the file cannot be read, or has no certificate.
        """
        self._verify = _trusting(ca_file) if ca_file is not None else _usual()
        self._elsewhere = not is_loopback(urlsplit(url).hostname or "")
        super().__init__(seconds)

    async def _made(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(verify=self._verify, timeout=self.seconds, trust_env=self._elsewhere)


class AsgiChannel(AsyncChannel):
    """Sends to an ASGI application, which is started first and ended with the channel."""

    def __init__(self, application: Any, seconds: float) -> None:
        """Start the application.

        Raises:
            UsageError: it says that it cannot be started.
        """
        self._application = application
        super().__init__(seconds)
        self.reached = True

    async def _made(self) -> httpx.AsyncClient:
        self._lifespan = Lifespan(self._application)  # its queues belong to the loop
        try:
            async with asyncio.timeout(self.seconds):
                await self._lifespan.start()
        except TimeoutError:
            raise UsageError(f"the application did not start within {self.seconds:g} s") from None
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self._lifespan))

    async def _ended(self) -> None:
        await super()._ended()
        with suppress(TimeoutError):  # one that does not end is left
            async with asyncio.timeout(self.seconds):
                await self._lifespan.end()


@cache
def _usual() -> ssl.SSLContext:
    """Return what trusts the usual authorities, which take a while to read."""
    return httpx.create_ssl_context()


def _trusting(ca_file: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except OSError as error:  # SSLError is one too
        raise UsageError(f"cannot read certificates from {ca_file}: {error.strerror or error}") from None
