"""The provider behind a proxy."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext
from typing import Final

import httpx

from crm_contracts.providers import own_connections
from crm_contracts.providers.no_cookies import NoCookies
from crm_contracts.providers.proxy.headers import Fields
from crm_contracts.providers.tls import tls_context
from crm_contracts.providers.transport_errors import error_message, failure_message
from crm_mocks.errors import UsageError
from crm_mocks.time_limit import time_limit

_CONTROL: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True)
class UpstreamResponse:
    """Response of the provider.

    Attributes:
        status: HTTP status.
        fields: header fields as sent.
        body: as sent, compressed if Content-Encoding says so.
    """

    status: int
    fields: Fields
    body: bytes


class NoResponse(Exception):
    """The provider sent no response, or no valid one. The message says what happened.

    Attributes:
        status: of the response that a gateway sends instead: 502 or 504.
    """

    def __init__(self, why: str, status: int = 502) -> None:
        super().__init__(why)
        self.status = status


class Upstream:
    """The provider's origin; all requests are sent there, and redirects are not followed.

    Attributes:
        url: without a trailing slash.
    """

    def __init__(self, url: str, client: httpx.AsyncClient, *, seconds: float, max_bytes: int) -> None:
        """Set up the upstream.

        Args:
            url: of the provider; paths of requests are appended to it.
            client: made by `make_client`.
            seconds: time limit for a complete response.
            max_bytes: size limit of a response body.
        """
        self.url = url
        self._client = client
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._origin = httpx.URL(url).copy_with(raw_path=b"/")
        self._path = httpx.URL(url).raw_path.rstrip(b"/")

    @property
    def host(self) -> bytes:
        """Value of the Host header."""
        return self._origin.netloc

    async def send(self, method: str, target: bytes, fields: Fields, body: bytes) -> UpstreamResponse:
        """Send a request.

        Args:
            method: exactly as the client sent it.
            target: path and query exactly as the client sent them; appended to the path of the provider's URL.
            fields: all header fields.
            body: exactly as the client sent it.

        Raises:
            NoResponse: there was no response, or none that can be forwarded.
        """
        extensions = {"target": self._path + target}  # httpx would normalize the path
        request = httpx.Request(method, self._origin, headers=fields, content=body, extensions=extensions)
        request.method = method
        try:
            async with time_limit(self._seconds):
                response = await self._response(request)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise NoResponse(failure_message(error, self._seconds), 504) from None
        except NoResponse:
            raise
        except Exception as error:  # noqa: BLE001  # httpx may raise undocumented exceptions
            message = failure_message(error, self._seconds) or f"{type(error).__name__}: {error_message(error)}"
            raise NoResponse(message) from None
        _check(response)
        return response

    async def _response(self, request: httpx.Request) -> UpstreamResponse:
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            chunks, size = [], 0
            async for chunk in response.aiter_raw():
                chunks.append(chunk)
                size += len(chunk)
                if size > self._max_bytes:
                    raise NoResponse(f"the response exceeds {self._max_bytes} bytes, the limit of host.body_bytes")
        finally:
            await response.aclose()
        return UpstreamResponse(response.status_code, list(response.headers.raw), b"".join(chunks))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def make_client(url: str, seconds: float, ca_file: Path | None = None) -> httpx.AsyncClient:
    """Return a client without default headers, cookies and proxies.

    Args:
        url: of the provider.
        seconds: time limit for connecting.
        ca_file: certificate authorities to trust instead of the default ones, in PEM.

    Raises:
        UsageError: the file cannot be read, or has no certificate.
    """
    return httpx.AsyncClient(
        verify=tls_context(url, ca_file),
        cookies=NoCookies(),
        timeout=httpx.Timeout(None, connect=seconds),  # the whole exchange has a time limit
        trust_env=False,
        **own_connections.client_options(max_connections=None),
    )


async def check_connection(url: str, context: SSLContext, seconds: float) -> None:
    """Connect to a URL without sending a request.

    Raises:
        UsageError: no connection can be made, or TLS fails.
    """
    parts = httpx.URL(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        async with time_limit(seconds):
            _, writer = await asyncio.open_connection(parts.host, port, ssl=context if secure else None)
    except (OSError, UnicodeError) as error:
        failed = (httpx.ConnectTimeout if isinstance(error, TimeoutError) else httpx.ConnectError)(str(error))
        failed.__cause__ = error
        raise UsageError(f"{url} cannot be reached: {failure_message(failed, seconds)}") from None
    writer.transport.abort()


def _check(response: UpstreamResponse) -> None:
    """Reject a response that httpx accepts but that cannot be forwarded.

    Raises:
        NoResponse: it is not valid HTTP/1.1.
    """
    if not 200 <= response.status <= 599:  # RFC 9110, section 15; requests do not ask for another protocol
        raise NoResponse(f"invalid HTTP response: the status {response.status}")
    if any(_CONTROL.search(value) for _, value in response.fields):
        raise NoResponse("invalid HTTP response: a control character in a header")
