"""The proxy as an ASGI application: forwards requests to the provider and records the exchanges."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import perf_counter
from typing import Final

from crm_contracts.judge.exchange import Exchange, Headers, Part
from crm_contracts.providers.proxy.headers import Fields, request_fields, response_fields
from crm_contracts.providers.proxy.upstream import NoResponse, Upstream, UpstreamResponse
from crm_contracts.recordings.compression import Undecodable, UnsupportedCoding, content_codings, decompress
from crm_mocks.asgi.problems import problem, problem_bytes
from crm_mocks.asgi.request_limits import limit_message, receive_body
from crm_mocks.asgi.transport import EMPTY_QUERY, ClientGone, Receive, Scope, Send, send_response
from crm_mocks.settings.host import HostSettings
from crm_mocks.state.clock import Clock

_MAX_FORWARDS_METHODS: Final = frozenset({"OPTIONS", "TRACE"})
"""Methods for which Max-Forwards counts (RFC 9110, section 7.6.2)."""

log = logging.getLogger("crm_mocks")


class ProxyApplication:
    """An ASGI application that forwards requests to one provider."""

    def __init__(
        self,
        provider: Upstream,
        limits: HostSettings,
        record: Callable[[Exchange], None],
        complain: Callable[[str], None],
    ) -> None:
        """Set up the application.

        Args:
            provider: where requests are forwarded to.
            limits: limits on requests and responses.
            record: called with each exchange before the client gets the response.
            complain: called with a sentence about each request that could not be forwarded or judged.
        """
        self._provider = provider
        self._limits = limits
        self._record = record
        self._complain = complain
        self._judging = ThreadPoolExecutor(1, "judging")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        assert scope["type"] == "http"  # the server is set to serve nothing else
        try:
            body, exceeded = await receive_body(scope, receive, self._limits.body_bytes)
        except ClientGone:
            return
        if exceeded is not None:
            await self._refuse(scope, send, exceeded.value, limit_message(exceeded, self._limits))
            return
        target = _target(scope)
        if scope["method"] == "CONNECT" or not target.startswith(b"/"):
            await self._refuse(scope, send, 501, "this proxy supports neither tunnels nor requests without a path")
            return
        max_forwards = _max_forwards(scope)
        if max_forwards == 0:
            await self._refuse(scope, send, 501, "Max-Forwards is 0, and this proxy does not respond itself")
            return
        await self._forward(scope, send, target, body, max_forwards)

    async def _forward(self, scope: Scope, send: Send, target: bytes, body: bytes, max_forwards: int | None) -> None:
        method: str = scope["method"]
        fields = request_fields(scope["headers"], self._provider.host, len(body))
        if max_forwards is not None:
            fields = [field for field in fields if field[0].lower() != b"max-forwards"]
            fields.append((b"Max-Forwards", str(max_forwards - 1).encode()))
        pending = _PendingExchange(self._provider.url, scope, target, body, self._limits.body_bytes)
        try:
            response = await self._provider.send(method, target, fields, body)
        except NoResponse as error:
            pending.end()
            failure = str(error)
            await self._judge(lambda: pending.failed(failure))
            await _send_problem(scope, send, error.status, f"the provider did not respond: {error}")
            return
        pending.end()
        await self._judge(lambda: pending.completed(response))
        headers = response_fields(response.fields, method, response.status, len(response.body))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else response.body})

    async def _judge(self, exchange: Callable[[], Exchange]) -> None:
        """Judge an exchange, one after the other, while other requests are forwarded.

        Args:
            exchange: returns the exchange.
        """
        judged = asyncio.get_running_loop().run_in_executor(self._judging, self._record_safely, exchange)
        try:
            await judged
        except asyncio.CancelledError:
            self._complain("the proxy was stopped before all exchanges were judged")
            raise

    def stop_judging(self) -> None:
        """Judge no more exchanges, and wait for the end of the one that is being judged."""
        self._judging.shutdown(cancel_futures=True)

    def _record_safely(self, exchange: Callable[[], Exchange]) -> None:
        try:
            self._record(exchange())
        except Exception as error:  # the client gets its response even if judging it fails
            log.debug("an exchange could not be judged", exc_info=True)
            self._complain(f"an exchange could not be judged: {type(error).__name__}")

    async def _refuse(self, scope: Scope, send: Send, status: int, why: str) -> None:
        """Respond to a request that is not forwarded, and close the connection."""
        self._complain(f"a request was not forwarded: {why}")
        await _send_problem(scope, send, status, why, close=True)


class _PendingExchange:
    """An exchange whose response is pending; its bodies are decompressed where it is judged, not on the event loop."""

    def __init__(self, base: str, scope: Scope, target: bytes, body: bytes, max_bytes: int) -> None:
        self._at = datetime.now(UTC)
        self._start = perf_counter()
        self._method: str = scope["method"]
        self._url = base + target.decode("latin-1")
        self._headers = _decoded(scope["headers"])
        self._body = body
        self._max_bytes = max_bytes
        self._missing_parts: tuple[Part, ...] = ()
        self._milliseconds = 0.0

    def end(self) -> None:
        """Note how long the exchange has taken."""
        self._milliseconds = round((perf_counter() - self._start) * 1000, 1)

    def failed(self, why: str) -> Exchange:
        """Return the exchange without a response."""
        return self._exchange(0, (), b"", why)

    def completed(self, response: UpstreamResponse) -> Exchange:
        """Return the exchange with its response, decompressed; without it if the body is not what its coding says."""
        headers = _decoded(response.fields)
        try:
            body = decompress(response.body, content_codings(headers), self._max_bytes)
        except UnsupportedCoding:
            self._missing_parts += (Part.RESPONSE_BODY,)
            return self._exchange(response.status, headers, b"", "")
        except Undecodable as error:
            return self.failed(f"the body of the response, {response.status}, {error}")
        return self._exchange(response.status, headers, body, "")

    def _exchange(self, status: int, headers: Headers, body: bytes, failure: str) -> Exchange:
        request_body = self._request_body()
        return Exchange(
            method=self._method,
            url=self._url,
            request_headers=self._headers,
            request_body=request_body,
            status=status,
            response_headers=headers,
            response_body=body,
            at=self._at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            milliseconds=self._milliseconds,
            failure=failure,
            missing_parts=self._missing_parts,
        )

    def _request_body(self) -> bytes:
        """Return the body of the request, decompressed."""
        try:
            return decompress(self._body, content_codings(self._headers), self._max_bytes)
        except UnsupportedCoding:
            self._missing_parts = (Part.REQUEST_BODY, *self._missing_parts)
            return b""
        except Undecodable:
            return self._body  # the judge finds that it is not JSON


def _decoded(fields: Fields) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in fields)


def _target(scope: Scope) -> bytes:
    """Return path and query exactly as the client sent them, without the origin of an absolute-form target."""
    path: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    return path + b"?" + query if query or EMPTY_QUERY in scope.get("extensions", ()) else path


def _max_forwards(scope: Scope) -> int | None:
    """Return how many more times a request may be forwarded; `None` if that is not limited."""
    if scope["method"] not in _MAX_FORWARDS_METHODS:
        return None
    values = [value for name, value in scope["headers"] if name == b"max-forwards" and value.isdigit()]
    return min(int(value[:9]) for value in values) if values else None


async def _send_problem(scope: Scope, send: Send, status: int, detail: str, *, close: bool = False) -> None:
    headers, body = problem_bytes(problem(status, detail))
    headers.append(("Date", Clock().http_date()))
    if close:
        headers.append(("Connection", "close"))
    await send_response(send, status, headers, b"" if scope["method"] == "HEAD" else body)
