"""The outermost ASGI application: finds session and vendor, journals the exchange and sends the response."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Final

from crm_mocks.asgi import pages
from crm_mocks.asgi.exchange_recorder import ExchangeRecorder
from crm_mocks.asgi.loopback import foreign_notices
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.overrides import ResponseOverride
from crm_mocks.asgi.pipeline import RequestPipeline
from crm_mocks.asgi.preferences import UnsupportedPreference
from crm_mocks.asgi.problem_json import problem
from crm_mocks.asgi.problem_responses import CLOSE, dated, send_problem
from crm_mocks.asgi.reactions import ReactionCheck
from crm_mocks.asgi.rejected_request import RejectedRequest
from crm_mocks.asgi.request_limits import limit_message, protocol_problem, receive_body, record_limit_violation
from crm_mocks.asgi.routing import RouteMatch
from crm_mocks.asgi.serialization import Headers, serialize, serialize_plain
from crm_mocks.asgi.session_name import is_admin, named_session
from crm_mocks.asgi.stubs import stub_response, take_stub
from crm_mocks.asgi.transport import (
    FAULT_INJECTOR,
    ClientGone,
    FaultInjector,
    Receive,
    Scope,
    Send,
    send_response,
)
from crm_mocks.contract import Contract
from crm_mocks.errors import UsageError
from crm_mocks.faults import DEFAULT_DELAY_MS, Fault
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.state.clock import Clock
from crm_mocks.state.response_queue import QueuedResponse
from crm_mocks.state.session import Session
from crm_mocks.state.session_registry import DEFAULT_SESSION
from crm_mocks.vendor import Vendor

NO_FAULTS: Final = "faults require crm-mocks' own server"
log = logging.getLogger("crm_mocks")


class RequestHandler:
    """Dispatches each request to its session and vendor, and sends the response."""

    def __init__(self, mock_app: MockApp, admin: pages.Asgi) -> None:
        self.mock_app = mock_app
        self._admin = admin
        self._pipeline = RequestPipeline(mock_app.vendors, mock_app.contracts)
        self._recorder = ExchangeRecorder(mock_app)
        mock_app.on_replaced.append(self._replacement)

    def _replacement(self, vendors: Mapping[str, Vendor], contracts: Mapping[str, Contract]) -> Callable[[], None]:
        """Return a function that makes later requests use other vendors and contracts."""
        pipeline = RequestPipeline(vendors, contracts)

        def commit() -> None:
            self._pipeline, self._recorder = pipeline, ExchangeRecorder(self.mock_app)

        return commit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI scope."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope = self.mock_app.server_url.without_base_path(scope)
        path: str = scope["path"]
        late = self._late_session(scope)
        if late is not None:
            await self._end_without_response(scope, send, late, path)
            return
        if is_admin(path):
            await self._admin(scope, receive, dated(send, Clock()))
            return
        try:
            name, prefix, path = self._session_and_path(scope)
            session = self.mock_app.sessions.get(name)
        except UsageError as error:
            await send_problem(send, None, problem(400, str(error)))
            return
        base = f"{self.mock_app.server_url.of(scope)}{prefix}"
        page = pages.find_page(self.mock_app, session, scope, base, path) if protocol_problem(scope) is None else None
        if page is not None:
            await page(scope, receive, dated(send, session.clock))
            return
        try:
            await self._exchange(scope, receive, send, session, path, base)
        except ClientGone:
            self._recorder.record_aborted(session, scope, path)
        except Exception:
            log.exception("%s %s: internal error of the mock", scope["method"], path)
            await send_problem(send, session, problem(500, "internal error of the mock: see its log"))

    def _late_session(self, scope: Scope) -> Session | None:
        """Return the closed session to whose former port a request was sent, or `None`."""
        server = scope.get("server")
        name = self.mock_app.late_ports.get(server[1]) if server else None
        sessions = self.mock_app.sessions
        return (sessions.find(name) or sessions.get(name)) if name is not None else None

    async def _end_without_response(self, scope: Scope, send: Send, session: Session, path: str) -> None:
        """Journal a late request, and close its connection, as the port of a closed session would."""
        if not is_admin(path):
            self._recorder.record_late(session, scope, path)
        injector: FaultInjector | None = scope.get("extensions", {}).get(FAULT_INJECTOR)
        if injector is None:
            await send_problem(send, session, problem(503, "the session has been closed"), last=True)
        else:
            random = session.seeded.random("fault", session.journal.total)
            await injector.inject(Fault.EMPTY_RESPONSE, (503, []), b"", seconds=0, random=random)

    def record_rejected(self, request: RejectedRequest) -> None:
        """Journal a request that the server rejected; requests to the control API are no requests of a client."""
        scope = {"path": request.path, "headers": request.headers, "server": ("", request.port)}
        late = self._late_session(scope)
        if late is not None:
            self._recorder.record_rejected(late, request, request.path)
            return
        try:
            name, _, path = self._session_and_path(self.mock_app.server_url.without_base_path(scope))
            session = self.mock_app.sessions.get(name)
        except UsageError:
            session, path = self.mock_app.sessions.get(DEFAULT_SESSION), request.path
        if not is_admin(path):
            self._recorder.record_rejected(session, request, path)

    def _session_and_path(self, scope: Scope) -> tuple[str, str, str]:
        """Return the name of the session, the prefix that named it, and the path without prefix."""
        name, prefix, path = named_session(scope["path"], scope["headers"])
        if name is None:
            server = scope.get("server")
            name = (self.mock_app.sessions.name_at_port(server[1]) if server else None) or DEFAULT_SESSION
        return name, prefix, path

    async def _exchange(
        self, scope: Scope, receive: Receive, send: Send, session: Session, path: str, base: str
    ) -> None:
        raw_body, limit_problem = await receive_body(scope, receive, self.mock_app.limits.body_bytes)
        start = time.perf_counter()
        method: str = scope["method"]
        match, pipeline = self.mock_app.router.find(method, path), self._pipeline
        if not match.operation_id and limit_problem is None:
            stub = take_stub(session, scope, path, raw_body)
            if stub is not None:
                await self._respond_with_stub(scope, send, session, match, path, raw_body, stub)
                return
        if match.vendor is None:
            await self._respond_without_vendor(scope, send, session, path, raw_body, limit_problem)
            return
        context = await self._request_context(scope, session, match, path, base, raw_body)
        context.notices.extend(foreign_notices(scope, self.mock_app.server_url.public_host))
        try:
            reaction = ReactionCheck(context, scope)
            override, response = await self._respond(pipeline, context, scope, match, limit_problem)
            override.chunked &= scope.get("http_version") != "1.0"  # HTTP/1.0 has no chunked encoding
            if response.body is None:
                response.media_type = ""
            headers, body = serialize(context, override, response, cors=self.mock_app.options.cors)
            context.violations += reaction.violations  # in the journal only, so that responses do not depend on timing
            context.notices += reaction.notices
            entry = self._recorder.entry(context, override, response, headers, body)
            entry.milliseconds = (time.perf_counter() - start) * 1000
            await _delay(scope, context.settings.latency_ms, override)
            if context.operation is not None:
                session.journal.stats.record_body(context.operation, context.media_type, context.body)
            self._recorder.record(session, entry)  # before sending: a client with a response finds it in the journal
            reaction.remember(override, response, headers)
            await _send(scope, send, session, override, (response.status, headers, body), context.number)
            context.response_sent = override.response is None and override.fault is None
        except UnsupportedPreference as error:
            headers, body = await send_problem(send, session, error.as_problem())
            entry = self._recorder.entry(context, ResponseOverride("Prefer"), MockResponse(400, ""), headers, body)
            self._recorder.record(session, entry)
        finally:
            await context.finish()

    async def _request_context(
        self, scope: Scope, session: Session, match: RouteMatch, path: str, base: str, raw_body: bytes
    ) -> RequestContext:
        vendor = match.vendor
        assert vendor is not None  # the caller handles unmatched paths
        contract = vendor.contract_file.in_force(session.settings[vendor.name])
        return RequestContext(
            session=session,
            vendor=vendor,
            contract=contract,
            operation=contract.operations.get(match.operation_id),
            settings=session.settings[vendor.name],
            records=await session.records(vendor.name),
            method=scope["method"],
            path=path,
            base_url=base,
            path_parameters=match.parameters,
            query_string=scope["query_string"].decode("latin-1"),
            raw_headers=scope["headers"],
            raw_body=raw_body,
            number=session.journal.next_number(),
        )

    async def _respond(
        self,
        pipeline: RequestPipeline,
        context: RequestContext,
        scope: Scope,
        match: RouteMatch,
        limit_problem: RequestProblem | None,
    ) -> tuple[ResponseOverride, MockResponse]:
        if (
            self.mock_app.options.cors
            and context.method == "OPTIONS"
            and "access-control-request-method" in context.headers
        ):
            return ResponseOverride(), MockResponse(204, "", headers=[("Access-Control-Max-Age", "600")])
        if limit_problem is not None:
            record_limit_violation(context, limit_problem, self.mock_app.limits)
            response = context.vendor.refuse(context, limit_problem)
            response.headers.append(CLOSE)
            return ResponseOverride(), response
        if context.operation is None:
            return ResponseOverride(), await pipeline.unmatched(context, match)
        return await pipeline.respond(context, {**scope, "path": match.path, "root_path": "", "extensions": {}})

    async def _respond_with_stub(
        self,
        scope: Scope,
        send: Send,
        session: Session,
        match: RouteMatch,
        path: str,
        raw_body: bytes,
        stub: QueuedResponse,
    ) -> None:
        """Respond to a request that matches no operation with the stub of its path."""
        response = stub_response(stub)
        override = ResponseOverride(
            "queue", response, delay_ms=stub.delay_ms, fault=stub.fault, headers=list(stub.headers)
        )
        override.chunked = stub.chunked and scope.get("http_version") != "1.0"
        headers, body = serialize_plain(session, scope, override, response, cors=self.mock_app.options.cors)
        await _delay(scope, 0, override)
        vendor = match.vendor.name if match.vendor is not None else ""
        sent = response.status, headers, body
        self._recorder.record_unmatched(
            session, scope, path, raw_body, sent, vendor=vendor, chosen_by="queue", fault=override.fault or ""
        )
        await _send(scope, send, session, override, sent, session.journal.total)

    async def _respond_without_vendor(
        self,
        scope: Scope,
        send: Send,
        session: Session,
        path: str,
        raw_body: bytes,
        limit_problem: RequestProblem | None,
    ) -> None:
        """Respond to a path of no vendor and journal it, so that a wrong base URL of a client can be found."""
        if limit_problem is None:
            document = problem(404, "no vendor has this path: GET / lists the vendors")
        else:
            document = problem(limit_problem.value, limit_message(limit_problem, self.mock_app.limits))
        head = scope["method"] == "HEAD"
        headers, body = await send_problem(send, session, document, head=head, last=limit_problem is not None)
        self._recorder.record_unmatched(session, scope, path, raw_body, (document["status"], headers, body))


async def _delay(scope: Scope, latency_ms: int, override: ResponseOverride) -> None:
    """Wait before a response is sent; the delay of a timed fault is its duration instead."""
    delay_ms = latency_ms + (0 if override.fault in DEFAULT_DELAY_MS else override.delay_ms)
    if delay_ms:
        injector: FaultInjector | None = scope.get("extensions", {}).get(FAULT_INJECTOR)
        await (asyncio.sleep(delay_ms / 1000) if injector is None else injector.delay(delay_ms / 1000))


async def _send(
    scope: Scope,
    send: Send,
    session: Session,
    override: ResponseOverride,
    response: tuple[int, Headers, bytes],
    number: int,
) -> None:
    """Send a response, or the fault of its override.

    Args:
        scope: ASGI scope of the request.
        send: ASGI channel.
        session: session of the request.
        override: how the response was chosen.
        response: status, headers and body.
        number: number of the request in its session.
    """
    status, headers, body = response
    if scope["method"] == "HEAD":
        body = b""
    injector: FaultInjector | None = scope.get("extensions", {}).get(FAULT_INJECTOR)
    if override.fault is None:
        keep_case = override.chosen_by == "queue" and injector is not None  # other servers need lower-case names
        await send_response(send, status, headers, body, chunked=override.chunked, keep_case=keep_case)
    elif injector is None:
        await send_problem(send, session, problem(500, NO_FAULTS))
    else:
        random = session.seeded.random("fault", number)
        seconds = override.delay_ms / 1000
        await injector.inject(override.fault, (status, headers), body, seconds=seconds, random=random)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
