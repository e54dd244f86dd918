"""The gateway of the control API: the part of a request that runs on the event loop before Flask's thread starts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from functools import partial
from typing import Final

from crm_mocks.admin.access import check_access
from crm_mocks.admin.direct_routes import (
    ControlRequest,
    ControlResponse,
    DirectRoute,
    DirectRoutes,
    load_direct_routes,
    query_arguments,
    query_string,
    serve,
)
from crm_mocks.admin.disconnection import until_client_closes, until_disconnected
from crm_mocks.admin.event_entries import entries_here
from crm_mocks.admin.events import CALL, EVENTS, EntrySource, EventStream
from crm_mocks.admin.page_access import PageAccess
from crm_mocks.admin.page_routes import LINKS, REDEEM, is_open_to_all, serve_open_path
from crm_mocks.admin.pieces import send_pieces
from crm_mocks.admin.waiting import WaitCondition
from crm_mocks.admin.wsgi_scope import wsgi_scope
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.problems import CLOSE, problem, problem_bytes
from crm_mocks.asgi.request_headers import header_values, strings_of
from crm_mocks.asgi.request_limits import limit_message, receive_body, release_body
from crm_mocks.asgi.session_name import SESSION_HEADER
from crm_mocks.asgi.transport import Asgi, ClientGone, Message, Receive, Scope, Send, send_response
from crm_mocks.errors import UsageError
from crm_mocks.off_loop import LazyValue

HEALTH: Final = "/__admin/health"
READY: Final = "/__admin/ready"
REQUESTS: Final = "/__admin/requests"
FAILURE_SECONDS: Final = 0.1
"""Delay of the response to a request without the right token."""

_UNAUTHORIZED: Final = 401
_WITHOUT_BODY: Final = frozenset({"GET", "HEAD"})
"""Methods of which a body, if any, has no effect."""


class AdminGateway:
    """The ASGI application for /__admin and everything below it."""

    def __init__(self, mock_app: MockApp, page_access: PageAccess) -> None:
        self._mock_app = mock_app
        self._page_access = page_access
        self._direct_routes = LazyValue(self._load_direct_routes)
        self._application = LazyValue(self._make_application)
        mock_app.calls[REDEEM] = page_access.redeem_here
        mock_app.calls[CALL] = partial(entries_here, mock_app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        token, is_page = self._mock_app.options.admin_token, is_open_to_all(scope["path"])
        denied = check_access(
            self._page_access.with_token(scope, token),
            token,
            public_host=self._mock_app.server_url.public_host,
            open_to_all=is_page or scope["path"] in (HEALTH, READY),
        )
        if denied is not None:
            if denied.status == _UNAUTHORIZED:
                await asyncio.sleep(FAILURE_SECONDS)  # slows down guessing, and nobody else
            await _refuse(scope, send, denied.status, denied.reason)
            return
        if is_page:
            await serve_open_path(self._mock_app, self._page_access, scope, self._server_url(scope), send)
            return
        limits = self._mock_app.limits
        try:
            body, exceeded = await receive_body(scope, receive, limits.body_bytes)
        except ClientGone:
            return
        if exceeded is not None:
            await _refuse(scope, send, exceeded.value, limit_message(exceeded, limits), [CLOSE])
            return
        body = _effective_body(scope, body)
        if scope["method"] == "GET" and scope["path"] == EVENTS:
            await self._stream(scope, receive, send)
            return
        peers = self._mock_app.peers
        forwarded = await peers.forward(scope, body, receive) if peers is not None else None
        if forwarded is None:
            await self.serve_here(scope, receive, body, send)
            return
        for message in forwarded.messages:
            await send(message)
        if forwarded.more is not None:
            await until_disconnected(send_pieces(forwarded.more, send), receive)

    async def serve_here(self, scope: Scope, receive: Receive, body: bytes, send: Send) -> None:
        """Serve a request whose access has been checked with the sessions of this process.

        Args:
            scope: ASGI scope of the request.
            receive: ASGI channel, which reports the end of the connection.
            body: body of the request.
            send: ASGI channel.
        """
        more = await self.begin_response(scope, receive, body, send)
        if more is not None:
            await until_disconnected(send_pieces(more, send), receive)

    async def begin_response(
        self, scope: Scope, receive: Receive, body: bytes, send: Send
    ) -> AsyncIterator[bytes] | None:
        """Serve a request as `serve_here` does, but of a long body only the first piece; return the others, if any."""
        await self.load(scope)
        if scope["method"] == "GET" and scope["path"] == REQUESTS:
            await self._wait(scope, receive)
        route = self.direct_routes.get((scope["method"], scope["path"]))
        if route is not None:
            return await self._serve(route, scope, body, send)
        inner = wsgi_scope(scope, body, self._server_url(scope), self.session_name(scope))
        await self.application(inner, _receive_once(body), send)
        return None

    async def _serve(self, route: DirectRoute, scope: Scope, body: bytes, send: Send) -> AsyncIterator[bytes] | None:
        request = ControlRequest(
            query_string(scope),
            body,
            self.session_name(scope),
            self._server_url(scope),
        )
        response = await serve(route, request)
        content = response.body
        headers = [("Content-Type", response.media_type)]
        if response.more is None:
            headers.append(("Content-Length", str(len(content))))
            await send_response(send, response.status, headers, content)
            return None
        raw_headers = [(name.encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": response.status, "headers": raw_headers})
        await send({"type": "http.response.body", "body": content, "more_body": True})
        return response.more

    def _server_url(self, scope: Scope) -> str:
        return self._mock_app.server_url.of(scope, strings_of(scope["headers"]).by_name.get("host", ""))

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        arguments = query_arguments(query_string(scope))
        try:
            stream = EventStream.parse(arguments, scope, self._mock_app, self.session_name(scope))
            stream.source = self.entry_source
        except UsageError as error:
            await _refuse(scope, send, 400, str(error))
            return
        await stream.serve(scope, receive, send)

    async def _wait(self, scope: Scope, receive: Receive) -> None:
        """Wait as the query asks, or until the client closes its side of the connection."""
        arguments = query_arguments(query_string(scope))
        try:
            wait = WaitCondition.parse(arguments, self._mock_app, self.session_name(scope))
        except UsageError:
            return  # the view parses the same arguments and reports the error
        if not wait.seconds:
            return
        await until_client_closes(wait.wait(self._mock_app), scope, receive)

    @property
    def entry_source(self) -> EntrySource | None:
        """Where event streams ask for the entries of all processes; `None` if there is only this one."""
        return self._mock_app.peers

    async def load(self, scope: Scope) -> None:
        """Load what serves a request beside the event loop, which its imports would hold up."""
        if (scope["method"], scope["path"]) not in await self._direct_routes.get():
            await self._application.get()

    async def load_calls(self, name: str) -> None:
        """Load what adds the function of `MockApp.calls` with that name, as `load` does."""
        await self._direct_routes.get()
        if name not in self._mock_app.calls:
            await self._application.get()

    @property
    def direct_routes(self) -> DirectRoutes:
        """The routes that need no Flask, loaded when first needed."""
        return self._direct_routes.now()

    def _load_direct_routes(self) -> DirectRoutes:
        return {**load_direct_routes(self._mock_app), ("POST", LINKS): self._new_link}

    async def _new_link(self, request: ControlRequest) -> ControlResponse:
        """Return another one-time link to the live page."""
        return ControlResponse.json({"url": self._page_access.new_link(request.base_url)}, 201)

    @property
    def application(self) -> Asgi:
        """The Flask application, for all other routes, loaded when first needed."""
        return self._application.now()

    def _make_application(self) -> Asgi:
        from crm_mocks.admin.application import flask_as_asgi  # Flask is slow to import and often not needed

        return flask_as_asgi(self._mock_app, self.direct_routes)

    def session_name(self, scope: Scope) -> str | None:
        """Return the session of the request by header or port, or `None`."""
        named = header_values(scope["headers"], SESSION_HEADER)
        if named:
            return named[0]
        server = scope.get("server")
        return self._mock_app.sessions.name_at_port(server[1]) if server and server[1] is not None else None


def _effective_body(scope: Scope, body: bytes) -> bytes:
    """Return a body, unless it has no effect: then it is freed, since the response may have no end."""
    if scope["method"] not in _WITHOUT_BODY:
        return body
    release_body(scope)
    return b""


def _receive_once(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _refuse(
    scope: Scope, send: Send, status: int, detail: str, more_headers: Iterable[tuple[str, str]] = ()
) -> None:
    headers, body = problem_bytes(problem(status, detail))
    headers += more_headers
    if status == _UNAUTHORIZED:
        headers.append(("WWW-Authenticate", "Bearer"))
    await send_response(send, status, headers, b"" if scope["method"] == "HEAD" else body)
