"""The outermost ASGI application: finds the session of each request, and who responds to it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from crm_mocks.asgi import pages
from crm_mocks.asgi.exchange import VendorExchange
from crm_mocks.asgi.exchange_recorder import ExchangeRecorder
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.near_misses import most_similar
from crm_mocks.asgi.overrides import ResponseOverride
from crm_mocks.asgi.pipeline import RequestPipeline
from crm_mocks.asgi.problems import dated, problem, send_problem
from crm_mocks.asgi.received_request import ReceivedRequest
from crm_mocks.asgi.rejected_request import RejectedRequest
from crm_mocks.asgi.request_headers import strings_of
from crm_mocks.asgi.request_limits import (
    limit_message,
    protocol_problem,
    receive_body,
    release_body,
    take_body,
)
from crm_mocks.asgi.response_sending import delay, send_chosen
from crm_mocks.asgi.routing import RouteMatch
from crm_mocks.asgi.serialization import serialize_plain
from crm_mocks.asgi.session_name import ADMIN, SESSION_HEADER, SESSION_PREFIX, is_admin, named_session
from crm_mocks.asgi.stubs import stub_response, take_stub
from crm_mocks.asgi.transport import (
    FAULT_INJECTOR,
    Asgi,
    ClientGone,
    FaultInjector,
    Receive,
    Scope,
    Send,
)
from crm_mocks.contract import Contract
from crm_mocks.errors import UsageError
from crm_mocks.faults import Fault
from crm_mocks.state.clock import Clock
from crm_mocks.state.response_queue import QueuedResponse
from crm_mocks.state.session import Session
from crm_mocks.state.session_registry import DEFAULT_SESSION
from crm_mocks.vendor import Vendor

_SESSION: Final = SESSION_HEADER.decode()

log = logging.getLogger("crm_mocks")


class RequestHandler:
    """Dispatches each request to its session and vendor, and sends the response."""

    def __init__(self, mock_app: MockApp, admin: Asgi) -> None:
        self.mock_app = mock_app
        self._admin = admin
        self._recorder = ExchangeRecorder(mock_app)
        self._exchange = VendorExchange(mock_app, self._recorder, RequestPipeline(mock_app.vendors, mock_app.contracts))
        mock_app.on_replaced.append(self._replacement)

    def _replacement(self, vendors: Mapping[str, Vendor], contracts: Mapping[str, Contract]) -> Callable[[], None]:
        """Return a function that makes later requests use other vendors and contracts."""
        pipeline = RequestPipeline(vendors, contracts)

        def commit() -> None:
            self._recorder = ExchangeRecorder(self.mock_app)
            self._exchange = VendorExchange(self.mock_app, self._recorder, pipeline)

        return commit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI scope."""
        if scope["type"] != "http":
            await _serve_other(scope, receive, send)
            return
        mock_app = self.mock_app
        if mock_app.server_url.base_path:
            scope = mock_app.server_url.without_base_path(scope)
        path: str = scope["path"]
        late = self._late_session(scope) if mock_app.late_ports else None
        if late is not None:
            await self._end_without_response(scope, receive, send, late, path)
            return
        if path.startswith(ADMIN) and is_admin(path):
            await self._admin(scope, receive, dated(send, Clock()))
            return
        sent = strings_of(scope["headers"])
        headers = sent.by_name
        try:
            name, prefix, path = self._session_and_path(scope, headers)
            session = mock_app.sessions.get(name)
        except UsageError as error:
            await send_problem(send, None, problem(400, str(error)))
            return
        page = None
        if (path in pages.HOME or path.startswith(pages.CONTRACTS)) and protocol_problem(scope) is None:
            base = mock_app.server_url.of(scope, headers.get("host", "")) + prefix
            page = pages.find_page(mock_app, session, scope, base, path)
        if page is not None:
            await page(scope, receive, dated(send, session.clock))
            return
        try:
            limit, url = mock_app.limits.body_bytes, mock_app.server_url
            request = ReceivedRequest(scope, send, session, path, prefix, url, sent.decoded, headers, b"", None)
            # No other reference, so that a fault can do without the body.
            request.raw_body, request.problem = take_body(scope, limit) or await receive_body(scope, receive, limit)
            await self._respond(request)
        except ClientGone:
            self._recorder.record_aborted(session, scope, path)
        except Exception:
            log.exception("%s: internal error of the mock", mock_app.redaction.path(path))
            await send_problem(send, session, problem(500, "internal error of the mock: see its log"))

    def _late_session(self, scope: Scope) -> Session | None:
        """Return the closed session to whose former port a request was sent, or `None`."""
        server = scope.get("server")
        name = self.mock_app.late_ports.get(server[1]) if server else None
        if name is None:
            return None
        sessions = self.mock_app.sessions
        try:
            return sessions.find(name) or sessions.get(name)
        except UsageError:  # a reset has removed it, and there are too many
            return sessions.get(DEFAULT_SESSION)

    async def _end_without_response(
        self, scope: Scope, receive: Receive, send: Send, session: Session, path: str
    ) -> None:
        """Journal a late request, and close its connection, as the port of a closed session would.

        The body is read first: the client would see a reset instead of the end if bytes of it came afterwards.
        """
        if not is_admin(path):
            self._recorder.record_late(session, scope, path)
        try:
            await receive_body(scope, receive, self.mock_app.limits.body_bytes)
        except ClientGone:
            return
        injector: FaultInjector | None = scope.get("extensions", {}).get(FAULT_INJECTOR)
        if injector is None:
            await send_problem(send, session, problem(503, "the session has been closed"), last=True)
        else:
            random = session.seeded.random("fault", session.journal.total)
            await injector.inject(Fault.EMPTY_RESPONSE, (503, []), b"", seconds=0, random=random)

    def record_rejected(self, request: RejectedRequest) -> None:
        """Journal a request that the server rejected, unless it was to the control API."""
        scope: Scope = {"path": request.path, "headers": request.headers, "server": ("", request.port)}
        late = self._late_session(scope)
        if late is not None:
            self._recorder.record_rejected(late, request, request.path)
            return
        try:
            scope = self.mock_app.server_url.without_base_path(scope)
            name, _, path = self._session_and_path(scope, strings_of(scope["headers"]).by_name)
            session = self.mock_app.sessions.get(name)
        except UsageError:
            session, path = self.mock_app.sessions.get(DEFAULT_SESSION), request.path
        if not is_admin(path):
            self._recorder.record_rejected(session, request, path)

    def _session_and_path(self, scope: Scope, headers: Mapping[str, str]) -> tuple[str, str, str]:
        """Return the name of the session, the prefix that named it, and the path without prefix."""
        path = scope["path"]
        if path.startswith(SESSION_PREFIX) or _SESSION in headers:
            name, prefix, path = named_session(path, scope["headers"])
            if name is not None:
                return name, prefix, path
        server = scope.get("server")
        name = self.mock_app.sessions.name_at_port(server[1]) if server else None
        return name or DEFAULT_SESSION, "", path

    def _respond(self, request: ReceivedRequest) -> Awaitable[None]:
        """Respond to a request in its session."""
        match, exchange = self.mock_app.router.find(request.scope["method"], request.path), self._exchange
        if not match.operation_id and request.problem is None:
            stub = take_stub(request.session, request.scope, request.path, request.raw_body)
            if stub is not None:
                return self._respond_with_stub(request, match, stub)
        if match.vendor is None:
            return self._respond_without_vendor(request)
        return exchange.respond(request, match, match.vendor)

    async def _respond_with_stub(self, request: ReceivedRequest, match: RouteMatch, stub: QueuedResponse) -> None:
        """Respond to a request that matches no operation with the stub of its path."""
        scope, session = request.scope, request.session
        response = stub_response(stub)
        override = ResponseOverride(
            "queue", response, delay_ms=stub.delay_ms, fault=stub.fault, headers=list(stub.headers)
        )
        override.chunked = stub.chunked and scope.get("http_version") != "1.0"
        headers, body = serialize_plain(session, scope, override, response, cors=self.mock_app.options.cors)
        await delay(scope, 0, override)
        self._recorder.record_unmatched(
            session,
            scope,
            request.path,
            request.raw_body,
            (response.status, headers, body),
            vendor=match.vendor.name if match.vendor is not None else "",
            chosen_by="queue",
            fault=override.fault or "",
        )
        request.raw_body = b""
        release_body(scope)
        await send_chosen(request, override, response.status, headers, body, session.journal.total)

    async def _respond_without_vendor(self, request: ReceivedRequest) -> None:
        """Respond to a path of no vendor and journal it, so that a wrong base URL of a client can be found."""
        scope, exceeded = request.scope, request.problem
        if exceeded is None:
            contracts = [self.mock_app.contract(request.session, name) for name in self.mock_app.vendors]
            similar = most_similar(scope["method"], request.path, contracts)
            hint = f"did you mean {similar}? " if similar else ""
            document = problem(404, f"no vendor has this path: {hint}GET / lists the vendors")
        else:
            document = problem(exceeded.value, limit_message(exceeded, self.mock_app.limits))
        head = scope["method"] == "HEAD"
        headers, body = await send_problem(
            request.send, request.session, document, head=head, last=exceeded is not None
        )
        response = document["status"], headers, body
        self._recorder.record_unmatched(request.session, scope, request.path, request.raw_body, response)


async def _serve_other(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve a scope that is no HTTP request."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    else:
        await send({"type": "websocket.close", "code": 1000})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
