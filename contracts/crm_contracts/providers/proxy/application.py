"""The proxy as an ASGI application: takes requests, has them answered by the provider, and hands on what it saw."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import Final

from crm_contracts.judge.exchange import Exchange, Headers
from crm_contracts.providers.proxy.headers import Fields, answer_fields, request_fields
from crm_contracts.providers.proxy.upstream import NoResponse, Upstream, UpstreamResponse
from crm_contracts.recordings.compression import Undecodable, codings, decompressed
from crm_mocks.asgi.problem_json import problem, problem_bytes
from crm_mocks.asgi.request_limits import limit_message, receive_body
from crm_mocks.asgi.transport import ClientGone, Receive, Scope, Send, send_response
from crm_mocks.settings.host import HostSettings
from crm_mocks.state.clock import Clock

_LAST_STATION: Final = frozenset({"OPTIONS", "TRACE"})
"""Methods for which Max-Forwards counts (RFC 9110, section 7.6.2)."""

log = logging.getLogger("crm_mocks")


class ProxyApplication:
    """Forwards requests to one provider."""

    def __init__(
        self,
        provider: Upstream,
        limits: HostSettings,
        noted: Callable[[Exchange], None],
        complain: Callable[[str], None],
    ) -> None:
        """Take what holds for all requests.

        Args:
            provider: where requests go.
            limits: of what comes in and goes out.
            noted: called with each exchange before the client has the answer.
            complain: called with a sentence about each request that could not be forwarded or examined.
        """
        self._provider = provider
        self._limits = limits
        self._noted = noted
        self._complain = complain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection scope."""
        assert scope["type"] == "http"  # the server is set to serve nothing else
        try:
            body, broken = await receive_body(scope, receive, self._limits.body_bytes)
        except ClientGone:
            return
        if broken is not None:
            await self._refuse(scope, send, broken.value, limit_message(broken, self._limits))
            return
        target = _target(scope)
        if scope["method"] == "CONNECT" or not target.startswith(b"/"):
            await self._refuse(scope, send, 501, "no tunnels here, and no requests to a server as a whole")
            return
        left = _forwards_left(scope)
        if left == 0:
            await self._refuse(scope, send, 501, "Max-Forwards is 0, and this proxy answers nothing itself")
            return
        await self._forward(scope, send, target, body, left)

    async def _forward(self, scope: Scope, send: Send, target: bytes, body: bytes, left: int | None) -> None:
        method: str = scope["method"]
        fields = request_fields(scope["headers"], self._provider.host, len(body))
        if left is not None:
            fields = [each for each in fields if each[0].lower() != b"max-forwards"]
            fields.append((b"Max-Forwards", str(left - 1).encode()))
        seen = _PendingExchange(self._provider.url, scope, target, body, self._limits.body_bytes)
        try:
            answer = await self._provider.send(method, target, fields, body)
        except NoResponse as error:
            self._note(seen.unanswered(str(error)))
            await _send_problem(scope, send, error.status, f"the provider did not answer: {error}")
            return
        self._note(seen.answered(answer))
        given = answer_fields(answer.fields, method, answer.status, len(answer.body))
        await send({"type": "http.response.start", "status": answer.status, "headers": given})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else answer.body})

    def _note(self, exchange: Exchange) -> None:
        try:
            self._noted(exchange)
        except Exception as error:  # whatever befalls the examination, the client gets its answer
            log.debug("an exchange could not be examined", exc_info=True)
            self._complain(f"an exchange could not be examined: {type(error).__name__}")

    async def _refuse(self, scope: Scope, send: Send, status: int, why: str) -> None:
        """Answer a request that is not passed on, and end the connection."""
        self._complain(f"a request was not passed on: {why}")
        await _send_problem(scope, send, status, why, last=True)


class _PendingExchange:
    """An exchange that has begun."""

    def __init__(self, base: str, scope: Scope, target: bytes, body: bytes, most: int) -> None:
        self._at = datetime.now(UTC)
        self._began = perf_counter()
        self._method: str = scope["method"]
        self._url = base + target.decode("latin-1")
        self._headers = _texts(scope["headers"])
        self._most = most
        try:
            self._body = decompressed(body, codings(self._headers), most)
        except Undecodable:
            self._body = body  # which is no JSON, as will be found

    def unanswered(self, why: str) -> Exchange:
        """Return the exchange without an answer."""
        return self._exchange(0, (), b"", why)

    def answered(self, answer: UpstreamResponse) -> Exchange:
        """Return the exchange with its answer, decompressed; one that cannot be read is none."""
        headers = _texts(answer.fields)
        try:
            body = decompressed(answer.body, codings(headers), self._most)
        except Undecodable as error:
            return self.unanswered(f"the body of the answer, {answer.status}, {error}")
        return self._exchange(answer.status, headers, body, "")

    def _exchange(self, status: int, headers: Headers, body: bytes, failure: str) -> Exchange:
        return Exchange(
            method=self._method,
            url=self._url,
            request_headers=self._headers,
            request_body=self._body,
            status=status,
            response_headers=headers,
            response_body=body,
            at=self._at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            milliseconds=round((perf_counter() - self._began) * 1000, 1),
            failure=failure,
        )


def _texts(fields: Fields) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in fields)


def _target(scope: Scope) -> bytes:
    """Return path and query as the client wrote them, without the origin that an absolute form names."""
    path: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    return path + b"?" + query if query else path


def _forwards_left(scope: Scope) -> int | None:
    """Return how many more stations may pass a request on; `None` where that is not limited."""
    if scope["method"] not in _LAST_STATION:
        return None
    values = [value for name, value in scope["headers"] if name == b"max-forwards" and value.isdigit()]
    return min(int(value[:9]) for value in values) if values else None


async def _send_problem(scope: Scope, send: Send, status: int, detail: str, *, last: bool = False) -> None:
    headers, body = problem_bytes(problem(status, detail))
    headers.append(("Date", Clock().http_date()))
    if last:
        headers.append(("Connection", "close"))
    await send_response(send, status, headers, b"" if scope["method"] == "HEAD" else body)
