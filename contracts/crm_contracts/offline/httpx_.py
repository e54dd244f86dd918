"""Mock `httpx` at its transports; httpcore sends what is not simple."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import httpx

from crm_contracts.offline.bridge import AsgiBridge
from crm_contracts.offline.held_response import is_framed
from crm_contracts.offline.hosts import HostRegistry
from crm_contracts.offline.interceptor import Interceptor, RequestRefused, mocked_origin_of
from crm_contracts.offline.mocked_origin import MockedOrigin
from crm_contracts.offline.tls_context import default_context
from crm_contracts.offline.wire import AnsweredWire, Wire
from crm_mocks.reason_phrases import reason_phrase

Send = Callable[..., Any]
Create = Callable[..., None]

_METHODS: Final = ("__init__", "handle_request")
_ASYNC_METHODS: Final = ("__init__", "handle_async_request")


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
            return mocked_origin_of(self._bridge, self._session, str(request.url), self._resolve)

    def _resolve(self, method: str, url: str) -> tuple[str, str]:
        return self._session, self._hosts.strip_prefix(method, url)


class HttpxPatch:
    """While started, mocks, allows or blocks all requests over the transports of `httpx`."""

    def __init__(self, interceptor: Interceptor) -> None:
        self._interceptor = interceptor
        self._real = [getattr(httpx.HTTPTransport, name) for name in _METHODS]
        self._real_async = [getattr(httpx.AsyncHTTPTransport, name) for name in _ASYNC_METHODS]

    def start(self) -> None:
        """Start patching."""
        (create, send), (create_async, send_async) = self._real, self._real_async
        self._use([_creating(create), self._handler(send)], [_creating(create_async), self._async_handler(send_async)])

    def stop(self) -> None:
        """Restore `httpx`."""
        self._use(self._real, self._real_async)

    @staticmethod
    def _use(methods: Sequence[Send], async_methods: Sequence[Send]) -> None:
        for name, method in zip(_METHODS, methods, strict=True):
            setattr(httpx.HTTPTransport, name, method)
        for name, method in zip(_ASYNC_METHODS, async_methods, strict=True):
            setattr(httpx.AsyncHTTPTransport, name, method)

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


def _creating(real: Create) -> Create:
    """Return a constructor of transports that need not each read the certificates of all authorities."""

    def __init__(  # noqa: N807  # it replaces one
        transport: httpx.BaseTransport | httpx.AsyncBaseTransport,
        verify: ssl.SSLContext | str | bool = True,  # noqa: FBT001, FBT002  # httpx's signature
        cert: Any = None,
        trust_env: bool = True,  # noqa: FBT001, FBT002  # as above
        http1: bool = True,  # noqa: FBT001, FBT002  # as above
        http2: bool = False,  # noqa: FBT001, FBT002  # as above
        *args: Any,
        **options: Any,
    ) -> None:
        if verify is True and cert is None:
            verify = default_context(trust_env=trust_env, http2=http2)
        real(transport, verify, cert, trust_env, http1, http2, *args, **options)

    return __init__


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
    from crm_contracts.offline.httpcore_ import send

    return send(answered or Wire(mocked_origin), request)


async def _send_async(mocked_origin: MockedOrigin, request: httpx.Request) -> httpx.Response:
    answered, response = _send_whole(mocked_origin, request)
    if response is not None:
        return response
    from crm_contracts.offline.httpcore_ import send_async

    return await send_async(answered or Wire(mocked_origin), request)


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
    head = b"\r\n".join([request_line, *[b"%b: %b" % header for header in headers]])
    held = mocked_origin.send_whole(head, 1 + len(headers), b"".join(stream))
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
