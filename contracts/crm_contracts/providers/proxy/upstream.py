"""The provider behind a proxy: the one place that requests are sent to."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from ssl import SSLContext
from typing import Final

import httpx

from crm_contracts.providers.proxy.headers import Fields
from crm_contracts.providers.transport_errors import said, words
from crm_mocks.errors import UsageError

_IDLE_SECONDS: Final = 2.0
"""How long a connection is kept for the next request: less than providers keep theirs, who else might end one just as a
request is on its way, and seem not to answer it."""

_MOST_IDLE: Final = 100
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True)
class UpstreamResponse:
    """What a provider answered.

    Attributes:
        fields: its header, as sent.
        body: as sent: compressed where the header says so.
    """

    status: int
    fields: Fields
    body: bytes


class NoResponse(Exception):
    """A provider did not answer, or with something else than HTTP. The message says what happened.

    Attributes:
        status: what a gateway says of that: 502 or 504.
    """

    def __init__(self, why: str, status: int = 502) -> None:
        super().__init__(why)
        self.status = status


class Upstream:
    """Sends to one origin, whatever a request names, and follows no redirects.

    Attributes:
        url: without a slash at the end.
    """

    def __init__(self, url: str, client: httpx.AsyncClient, *, seconds: float, most_bytes: int) -> None:
        """Take what holds for all requests.

        Args:
            url: of the provider; paths of requests are put behind it.
            client: made by `client`.
            seconds: in which an answer must be there, whole.
            most_bytes: that an answer's body may have.
        """
        self.url = url
        self._client = client
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._origin = httpx.URL(url).copy_with(raw_path=b"/")
        self._path = httpx.URL(url).raw_path.rstrip(b"/")

    @property
    def host(self) -> bytes:
        """What the field Host says."""
        return self._origin.netloc

    async def send(self, method: str, target: bytes, fields: Fields, body: bytes) -> UpstreamResponse:
        """Send a request.

        Args:
            method: as the client wrote it.
            target: path and query as the client wrote them; the path of the provider's URL is put before it.
            fields: the whole header.
            body: as it came.

        Raises:
            NoAnswer: none came, or something that cannot be passed on.
        """
        exact = {"target": self._path + target}  # the library would spell paths its own way
        request = httpx.Request(method, self._origin, headers=fields, content=body, extensions=exact)
        request.method = method
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._sent(request)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise NoResponse(words(error, self._seconds), 504) from None
        except NoResponse:
            raise
        except Exception as error:  # noqa: BLE001  # the libraries below may raise what they do not document
            raise NoResponse(words(error, self._seconds) or f"{type(error).__name__}: {said(error)}") from None
        _hold(answer)
        return answer

    async def _sent(self, request: httpx.Request) -> UpstreamResponse:
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            pieces, size = [], 0
            async for piece in response.aiter_raw():
                pieces.append(piece)
                size += len(piece)
                if size > self._most_bytes:
                    raise NoResponse(
                        f"the answer has more than {self._most_bytes} bytes: host.body_bytes allows no more"
                    )
        finally:
            await response.aclose()
        return UpstreamResponse(response.status_code, list(response.headers.raw), b"".join(pieces))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def client(seconds: float, ca_file: Path | None = None) -> httpx.AsyncClient:
    """Return what requests are sent with: it adds nothing, keeps no cookies, and asks no proxy.

    Args:
        seconds: that a connection may take, or a pause within an answer.
        ca_file: authorities to trust in place of the usual ones, in PEM.

    Raises:
        UsageError: the file cannot be read, or has no certificate.
    """
    nobody = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    return httpx.AsyncClient(
        verify=trusted(ca_file),
        cookies=nobody,
        timeout=httpx.Timeout(seconds, pool=None),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=_MOST_IDLE, keepalive_expiry=_IDLE_SECONDS),
        trust_env=False,
    )


def trusted(ca_file: Path | None) -> SSLContext:
    """Return whom to trust; arguments and errors as in `client`."""
    if ca_file is None:
        return httpx.create_ssl_context()  # heeds SSL_CERT_FILE
    import ssl

    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except OSError as error:  # SSLError is one too
        raise UsageError(f"cannot read certificates from --ca-file {ca_file}: {error.strerror or error}") from None


async def reach(url: str, context: SSLContext, seconds: float) -> None:
    """Make sure that somebody is there; nothing is sent.

    Raises:
        UsageError: no connection can be made, or TLS fails.
    """
    parts = httpx.URL(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(parts.host, port, ssl=context if secure else None)
    except (OSError, UnicodeError) as error:
        failed = (httpx.ConnectTimeout if isinstance(error, TimeoutError) else httpx.ConnectError)(str(error))
        failed.__cause__ = error
        raise UsageError(f"{url} cannot be reached: {words(failed, seconds)}") from None
    writer.transport.abort()


def _hold(answer: UpstreamResponse) -> None:
    """Refuse what is read as an answer, and yet cannot be passed on.

    Raises:
        NoAnswer: it is none in HTTP/1.1.
    """
    if not 200 <= answer.status <= 599:  # RFC 9110, section 15; nobody has asked for another protocol
        raise NoResponse(f"no answer in HTTP: the status {answer.status}")
    if any(_CONTROL.search(value) for _, value in answer.fields):
        raise NoResponse("no answer in HTTP: a control character in its header")
