"""The edge: the ASGI application that every request meets first and every answer leaves last."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Final

from crm_mocks.asgi import pages
from crm_mocks.asgi.loopback import foreign
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.overrides import ResponseOverride
from crm_mocks.asgi.pipeline import RequestPipeline
from crm_mocks.asgi.preferences import UnsupportedPreference
from crm_mocks.asgi.problem_json import problem
from crm_mocks.asgi.problem_responses import CLOSE, dated, send_problem
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
from crm_mocks.state.retry_after import RETRY_AFTER_STATUSES
from crm_mocks.state.session import Session
from crm_mocks.state.session_registry import DEFAULT_SESSION
from crm_mocks.violations import Violation

ADMIN: Final = "/__admin"
SESSION_HEADER: Final = b"x-mock-session"
log = logging.getLogger("crm_mocks")


class RequestHandler:
    """Brings each request to its session and vendor, and sends what comes of it."""

    def __init__(self, mock_app: MockApp, control: pages.Asgi) -> None:
        self.mock_app = mock_app
        self._control = control
        self._pipeline = RequestPipeline(mock_app)
        self._strike = Redaction(mock_app.contracts.values()).apply if mock_app.limits.redact else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection scope."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _lifespan(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith(ADMIN) and path[len(ADMIN) :][:1] in ("", "/"):
            await self._control(scope, receive, dated(send, Clock()))
            return
        try:
            name, prefix, path = self._session_and_path(scope)
            session = self.mock_app.sessions.get(name)
        except UsageError as error:
            await send_problem(send, None, problem(400, str(error)))
            return
        base = f"{pages.base_url(scope)}{prefix}"
        page = pages.find(self.mock_app, session, scope, base, path) if protocol_problem(scope) is None else None
        if page is not None:
            await page(scope, receive, dated(send, session.clock))
            return
        try:
            await self._exchange(scope, receive, send, session, path, base)
        except ClientGone:
            return
        except Exception:
            log.exception("%s %s failed in the host itself", scope["method"], path)
            await send_problem(send, session, problem(500, "the mock itself failed: see its log"))

    def _session_and_path(self, scope: Scope) -> tuple[str, str, str]:
        """Return the session's name, the prefix that named it, and the path without the prefix."""
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
        raw_body, fault = await receive_body(scope, receive, self.mock_app.limits.body_bytes)
        began = time.perf_counter()
        method: str = scope["method"]
        match = self.mock_app.router.find(method, path)
        if match.vendor is None:
            await self._answer_nobody(scope, send, session, path, raw_body, fault)
            return
        context = await self._call(scope, session, match, path, base, raw_body)
        context.notices.extend(foreign(scope))
        try:
            hurry = _retry_after_violations(context)
            chosen, answer = await self._answer(context, scope, match, fault)
            chosen.chunked &= scope.get("http_version") != "1.0"  # which knows no chunks
            if answer.body is None:
                answer.media_type = ""
            headers, body = serialize(context, chosen, answer, cors=self.mock_app.options.cors)
            context.violations += hurry  # in the journal only: answers depend on no stop-watch
            entry = self._entry(context, chosen, answer, headers, body)
            entry.milliseconds = (time.perf_counter() - began) * 1000
            delay = context.settings.latency_ms + (0 if chosen.fault in DEFAULT_DELAY_MS else chosen.delay_ms)
            if delay:
                await _delay(scope, delay / 1000)
            if context.operation is not None:
                session.journal.stats.record_body(context.operation, context.media_type, context.body)
            self._record(session, entry)  # before it is sent: who has the answer finds it in the journal
            body = b"" if method == "HEAD" else body
            if chosen.fault is None:
                if answer.status in RETRY_AFTER_STATUSES and context.operation is not None:
                    session.retry_after.record(context.operation.key, headers)
                as_spelt = chosen.by == "queue" and FAULT_INJECTOR in scope.get(
                    "extensions", ()
                )  # other servers lower the names
                await send_response(send, answer.status, headers, body, chunked=chosen.chunked, as_spelt=as_spelt)
                context.heard = chosen.answer is None
            else:
                await _inject_fault(scope, send, context, chosen, (answer.status, headers, body))
        except UnsupportedPreference as refused:
            headers, body = await send_problem(send, session, refused.as_problem())
            self._record(
                session, self._entry(context, ResponseOverride("Prefer"), MockResponse(400, ""), headers, body)
            )
        finally:
            await context.finish()

    async def _call(
        self, scope: Scope, session: Session, match: RouteMatch, path: str, base: str, raw_body: bytes
    ) -> RequestContext:
        vendor = match.vendor
        assert vendor is not None  # the caller has seen to paths of no vendor
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

    async def _answer(
        self, context: RequestContext, scope: Scope, match: RouteMatch, fault: RequestProblem | None
    ) -> tuple[ResponseOverride, MockResponse]:
        if (
            self.mock_app.options.cors
            and context.method == "OPTIONS"
            and "access-control-request-method" in context.headers
        ):
            return ResponseOverride(), MockResponse(204, "", headers=[("Access-Control-Max-Age", "600")])
        if fault is not None:
            record_limit_violation(context, fault, self.mock_app.limits)
            answer = context.vendor.refuse(context, fault)
            answer.headers.append(CLOSE)
            return ResponseOverride(), answer
        if context.operation is None:
            return ResponseOverride(), await self._pipeline.unmatched(context, match)
        return await self._pipeline.answer(context, {**scope, "path": match.path, "root_path": "", "extensions": {}})

    def _entry(
        self, context: RequestContext, chosen: ResponseOverride, answer: MockResponse, headers: Headers, body: bytes
    ) -> JournalEntry:
        faults: list[str] = []
        if chosen.by == "mock" and context.operation is not None and answer.outcome:
            faults = response_defects(context.operation, answer.status, answer.outcome, answer.media_type, answer.body)
            for fault in faults:
                log.error("%s: our own answer breaks the contract: %s", context.operation.key, fault)
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
            status=answer.status,
            outcome="" if chosen.fault else answer.outcome,
            response_headers=headers,
            response_body=body,
            chosen_by=chosen.by,
            violations=context.violations,
            notices=context.notices,
            digest=context.contract.digest,
            response_defects=faults,
            fault=chosen.fault or "",
            refused=answer.status >= 400 or (chosen.answer is None and context.refused),
        )

    async def _answer_nobody(
        self, scope: Scope, send: Send, session: Session, path: str, raw_body: bytes, fault: RequestProblem | None
    ) -> None:
        """Answer a path that is no vendor's, and journal it: a client with a wrong base URL wants to be found."""
        if fault is None:
            document = problem(404, "no vendor has this path: GET / lists the vendors")
        else:
            document = problem(fault.value, limit_message(fault, self.mock_app.limits))
        head = scope["method"] == "HEAD"
        headers, body = await send_problem(send, session, document, head=head, last=fault is not None)
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
            notices=list(foreign(scope)),
            digest="",
        )
        self._record(session, entry)

    def _record(self, session: Session, entry: JournalEntry) -> None:
        entry.redaction = self._strike
        session.journal.append(entry)
        for listener in self.mock_app.listeners:
            listener(entry)


def _retry_after_violations(context: RequestContext) -> list[Violation]:
    """Return what is wrong with a request that comes before the time that Retry-After has asked for."""
    patience = context.session.retry_after
    violation = patience.violation(context.operation.key) if patience and context.operation is not None else None
    return [] if violation is None else [violation]


async def _delay(scope: Scope, seconds: float) -> None:
    """Hold an answer back."""
    wire: FaultInjector | None = scope.get("extensions", {}).get(FAULT_INJECTOR)
    await (asyncio.sleep(seconds) if wire is None else wire.hold(seconds))


async def _inject_fault(
    scope: Scope, send: Send, context: RequestContext, chosen: ResponseOverride, answer: tuple[int, Headers, bytes]
) -> None:
    """Give an answer with the fault chosen for it, on the connection itself."""
    assert chosen.fault is not None  # only then is this called
    wire: FaultInjector | None = scope.get("extensions", {}).get(FAULT_INJECTOR)
    if wire is None:
        await send_problem(send, context.session, problem(500, "faults need crm-mocks' own server, which this is not"))
        return
    status, headers, body = answer
    random = context.seeded.random("fault", context.number)
    await wire.fault(chosen.fault, (status, headers), body, seconds=chosen.delay_ms / 1000, random=random)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
