"""The outermost ASGI application: finds session and vendor, journals the exchange and sends the response."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Final

from crm_mocks.asgi import pages
from crm_mocks.asgi.loopback import foreign_notices
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.overrides import ResponseOverride
from crm_mocks.asgi.pipeline import RequestPipeline
from crm_mocks.asgi.preferences import UnsupportedPreference
from crm_mocks.asgi.problem_json import problem
from crm_mocks.asgi.problem_responses import CLOSE, dated, send_problem
from crm_mocks.asgi.reactions import Reaction
from crm_mocks.asgi.redaction import Redaction
from crm_mocks.asgi.request_limits import limit_message, protocol_problem, receive_body, record_limit_violation
from crm_mocks.asgi.routing import RouteMatch
from crm_mocks.asgi.serialization import Headers, serialize
from crm_mocks.asgi.transport import (
    FAULT_INJECTOR,
    ClientGone,
    FaultInjector,
    Receive,
    Scope,
    Send,
    send_response,
)
from crm_mocks.asgi.validation import response_defects
from crm_mocks.errors import UsageError
from crm_mocks.faults import DEFAULT_DELAY_MS
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.state.clock import Clock
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.session import Session
from crm_mocks.state.session_registry import DEFAULT_SESSION

ADMIN: Final = "/__admin"
SESSION_HEADER: Final = b"x-mock-session"
log = logging.getLogger("crm_mocks")


class RequestHandler:
    """Dispatches each request to its session and vendor, and sends the response."""

    def __init__(self, mock_app: MockApp, admin: pages.Asgi) -> None:
        self.mock_app = mock_app
        self._admin = admin
        self._pipeline = RequestPipeline(mock_app)
        self._redact = Redaction(mock_app.contracts.values()).apply if mock_app.limits.redact else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI scope."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith(ADMIN) and path[len(ADMIN) :][:1] in ("", "/"):
            await self._admin(scope, receive, dated(send, Clock()))
            return
        try:
            name, prefix, path = self._session_and_path(scope)
            session = self.mock_app.sessions.get(name)
        except UsageError as error:
            await send_problem(send, None, problem(400, str(error)))
            return
        base = f"{pages.base_url(scope)}{prefix}"
        page = pages.find_page(self.mock_app, session, scope, base, path) if protocol_problem(scope) is None else None
        if page is not None:
            await page(scope, receive, dated(send, session.clock))
            return
        try:
            await self._exchange(scope, receive, send, session, path, base)
        except ClientGone:
            return
        except Exception:
            log.exception("%s %s: internal error of the mock", scope["method"], path)
            await send_problem(send, session, problem(500, "internal error of the mock: see its log"))

    def _session_and_path(self, scope: Scope) -> tuple[str, str, str]:
        """Return the name of the session, the prefix that named it, and the path without prefix."""
        path: str = scope["path"]
        if path.startswith("/~"):
            name, slash, rest = path[2:].partition("/")
            return name, f"/~{name}", slash + rest
        for header, value in scope["headers"]:
            if header == SESSION_HEADER:
                return value.decode("latin-1"), "", path
        server = scope.get("server")
        return (self.mock_app.sessions.name_at_port(server[1]) if server else None) or DEFAULT_SESSION, "", path

    async def _exchange(
        self, scope: Scope, receive: Receive, send: Send, session: Session, path: str, base: str
    ) -> None:
        raw_body, limit_problem = await receive_body(scope, receive, self.mock_app.limits.body_bytes)
        start = time.perf_counter()
        method: str = scope["method"]
        match = self.mock_app.router.find(method, path)
        if match.vendor is None:
            await self._respond_without_vendor(scope, send, session, path, raw_body, limit_problem)
            return
        context = await self._request_context(scope, session, match, path, base, raw_body)
        context.notices.extend(foreign_notices(scope))
        try:
            reaction = Reaction(context, scope)
            override, response = await self._respond(context, scope, match, limit_problem)
            override.chunked &= scope.get("http_version") != "1.0"  # HTTP/1.0 has no chunked encoding
            if response.body is None:
                response.media_type = ""
            headers, body = serialize(context, override, response, cors=self.mock_app.options.cors)
            context.violations += reaction.violations  # in the journal only, so that responses do not depend on timing
            context.notices += reaction.notices
            entry = self._entry(context, override, response, headers, body)
            entry.milliseconds = (time.perf_counter() - start) * 1000
            delay = context.settings.latency_ms + (0 if override.fault in DEFAULT_DELAY_MS else override.delay_ms)
            if delay:
                await _delay(scope, delay / 1000)
            if context.operation is not None:
                session.journal.stats.record_body(context.operation, context.media_type, context.body)
            self._record(session, entry)  # before sending, so that clients with a response find it in the journal
            body = b"" if method == "HEAD" else body
            reaction.remember(override, response, headers)
            if override.fault is None:
                keep_case = override.chosen_by == "queue" and FAULT_INJECTOR in scope.get(
                    "extensions", ()
                )  # other servers need lower-case names
                await send_response(send, response.status, headers, body, chunked=override.chunked, keep_case=keep_case)
                context.response_sent = override.response is None
            else:
                await _inject_fault(scope, send, context, override, (response.status, headers, body))
        except UnsupportedPreference as error:
            headers, body = await send_problem(send, session, error.as_problem())
            self._record(
                session, self._entry(context, ResponseOverride("Prefer"), MockResponse(400, ""), headers, body)
            )
        finally:
            await context.finish()

    async def _request_context(
        self, scope: Scope, session: Session, match: RouteMatch, path: str, base: str, raw_body: bytes
    ) -> RequestContext:
        vendor = match.vendor
        assert vendor is not None  # the caller handles unmatched paths
        contract = self.mock_app.contract(session, vendor.name)
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
        self, context: RequestContext, scope: Scope, match: RouteMatch, limit_problem: RequestProblem | None
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
            return ResponseOverride(), await self._pipeline.unmatched(context, match)
        return await self._pipeline.respond(context, {**scope, "path": match.path, "root_path": "", "extensions": {}})

    def _entry(
        self, context: RequestContext, override: ResponseOverride, response: MockResponse, headers: Headers, body: bytes
    ) -> JournalEntry:
        defects: list[str] = []
        if override.chosen_by == "mock" and context.operation is not None and response.outcome:
            defects = response_defects(
                context.operation, response.status, response.outcome, response.media_type, response.body
            )
            for defect in defects:
                log.error("%s: the mock's response breaks the contract: %s", context.operation.key, defect)
        return JournalEntry(
            id=context.request_id,
            number=context.number,
            session=context.session.name,
            at=context.now().isoformat(),
            vendor=context.vendor.name,
            operation=context.operation.key if context.operation else "",
            method=context.method,
            path=context.path,
            query=context.query_string,
            raw_headers=context.raw_headers,
            request_body=context.raw_body,
            status=response.status,
            outcome="" if override.fault else response.outcome,
            response_headers=headers,
            response_body=body,
            chosen_by=override.chosen_by,
            violations=context.violations,
            notices=context.notices,
            digest=context.contract.digest,
            response_defects=defects,
            fault=override.fault or "",
            refused=_is_refused(context, override, response),
        )

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
        number = session.journal.next_number()
        entry = JournalEntry(
            id=f"{session.name}-{number}",
            number=number,
            session=session.name,
            at=session.clock.now().isoformat(),
            vendor="",
            operation="",
            method=scope["method"],
            path=path,
            query=scope["query_string"].decode("latin-1"),
            raw_headers=scope["headers"],
            request_body=raw_body,
            status=document["status"],
            outcome="",
            response_headers=headers,
            response_body=body,
            chosen_by="mock",
            violations=[],
            notices=list(foreign_notices(scope)),
            digest="",
        )
        self._record(session, entry)

    def _record(self, session: Session, entry: JournalEntry) -> None:
        entry.redaction = self._redact
        session.journal.append(entry)
        for listener in self.mock_app.listeners:
            listener(entry)


def _is_refused(context: RequestContext, override: ResponseOverride, response: MockResponse) -> bool:
    """Return whether a response refuses the request, possibly in the body of a success."""
    if response.status >= 400 or (override.response is None and context.refused):
        return True
    outcome = context.operation.outcomes.get(response.outcome) if context.operation is not None else None
    return outcome is not None and outcome.is_refusal


async def _delay(scope: Scope, seconds: float) -> None:
    """Wait before a response is sent."""
    injector: FaultInjector | None = scope.get("extensions", {}).get(FAULT_INJECTOR)
    await (asyncio.sleep(seconds) if injector is None else injector.delay(seconds))


async def _inject_fault(
    scope: Scope, send: Send, context: RequestContext, override: ResponseOverride, response: tuple[int, Headers, bytes]
) -> None:
    """Send a response with the fault of its override."""
    assert override.fault is not None  # called with a fault only
    injector: FaultInjector | None = scope.get("extensions", {}).get(FAULT_INJECTOR)
    if injector is None:
        await send_problem(send, context.session, problem(500, "faults require crm-mocks' own server"))
        return
    status, headers, body = response
    random = context.seeded.random("fault", context.number)
    await injector.inject(override.fault, (status, headers), body, seconds=override.delay_ms / 1000, random=random)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
