"""The edge: the ASGI application that every request meets first and every answer leaves last."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Final

from crm_mocks.answer import Answer
from crm_mocks.call import Call
from crm_mocks.errors import UsageError
from crm_mocks.faults import DEFAULT_DELAY_MS
from crm_mocks.host import pages
from crm_mocks.host.assembly import Headers, assemble
from crm_mocks.host.limits import note, reason, receive_body, wire_problem
from crm_mocks.host.loopback import foreign
from crm_mocks.host.pipeline import Pipeline
from crm_mocks.host.plain import CLOSE, dated, send_problem
from crm_mocks.host.preferences import PreferenceRefused
from crm_mocks.host.problem_json import problem
from crm_mocks.host.redaction import Redaction
from crm_mocks.host.steering import Chosen
from crm_mocks.host.suite import Suite
from crm_mocks.host.switchboard import Match
from crm_mocks.host.validation import answer_faults
from crm_mocks.host.wire import (
    WIRE,
    ClientGone,
    Receive,
    Scope,
    Send,
    Wire,
    send_answer,
)
from crm_mocks.problems import Problem
from crm_mocks.sessions.clock import Clock
from crm_mocks.sessions.journal import Entry
from crm_mocks.sessions.patience import ASKING
from crm_mocks.sessions.registry import DEFAULT
from crm_mocks.sessions.session import Session
from crm_mocks.violations import Violation

ADMIN: Final = "/__admin"
SESSION_HEADER: Final = b"x-mock-session"
log = logging.getLogger("crm_mocks")


class Edge:
    """Brings each request to its session and vendor, and sends what comes of it."""

    def __init__(self, suite: Suite, control: pages.Asgi) -> None:
        self.suite = suite
        self._control = control
        self._pipeline = Pipeline(suite)
        self._strike = Redaction(suite.contracts.values()).apply if suite.limits.redact else None

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
            session = self.suite.sessions.get(name)
        except UsageError as error:
            await send_problem(send, None, problem(400, str(error)))
            return
        base = f"{pages.base_url(scope)}{prefix}"
        page = pages.find(self.suite, session, scope, base, path) if wire_problem(scope) is None else None
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
        return (self.suite.sessions.at_port(server[1]) if server else None) or DEFAULT, "", path

    async def _exchange(
        self, scope: Scope, receive: Receive, send: Send, session: Session, path: str, base: str
    ) -> None:
        raw_body, fault = await receive_body(scope, receive, self.suite.limits.body_bytes)
        began = time.perf_counter()
        method: str = scope["method"]
        match = self.suite.switchboard.find(method, path)
        if match.vendor is None:
            await self._answer_nobody(scope, send, session, path, raw_body, fault)
            return
        call = await self._call(scope, session, match, path, base, raw_body)
        call.notices.extend(foreign(scope))
        try:
            hurry = _hurry(call)
            chosen, answer = await self._answer(call, scope, match, fault)
            chosen.chunked &= scope.get("http_version") != "1.0"  # which knows no chunks
            if answer.body is None:
                answer.media_type = ""
            headers, body = assemble(call, chosen, answer, cors=self.suite.options.cors)
            call.violations += hurry  # in the journal only: answers depend on no stop-watch
            entry = self._entry(call, chosen, answer, headers, body)
            entry.milliseconds = (time.perf_counter() - began) * 1000
            delay = call.settings.latency_ms + (0 if chosen.fault in DEFAULT_DELAY_MS else chosen.delay_ms)
            if delay:
                await _hold(scope, delay / 1000)
            if call.operation is not None:
                session.journal.tally.saw(call.operation, call.media_type, call.body)
            self._record(session, entry)  # before it is sent: who has the answer finds it in the journal
            body = b"" if method == "HEAD" else body
            if chosen.fault is None:
                if answer.status in ASKING and call.operation is not None:
                    session.patience.ask(call.operation.key, headers)
                as_spelt = chosen.by == "queue" and WIRE in scope.get("extensions", ())  # other servers lower the names
                await send_answer(send, answer.status, headers, body, chunked=chosen.chunked, as_spelt=as_spelt)
                call.heard = chosen.answer is None
            else:
                await _fail(scope, send, call, chosen, (answer.status, headers, body))
        except PreferenceRefused as refused:
            headers, body = await send_problem(send, session, refused.as_problem())
            self._record(session, self._entry(call, Chosen("Prefer"), Answer(400, ""), headers, body))
        finally:
            await call.finish()

    async def _call(self, scope: Scope, session: Session, match: Match, path: str, base: str, raw_body: bytes) -> Call:
        vendor = match.vendor
        assert vendor is not None  # the caller has seen to paths of no vendor
        contract = self.suite.contract(session, vendor.name)
        return Call(
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
            number=session.journal.number(),
        )

    async def _answer(self, call: Call, scope: Scope, match: Match, fault: Problem | None) -> tuple[Chosen, Answer]:
        if self.suite.options.cors and call.method == "OPTIONS" and "access-control-request-method" in call.headers:
            return Chosen(), Answer(204, "", headers=[("Access-Control-Max-Age", "600")])
        if fault is not None:
            note(call, fault, self.suite.limits)
            answer = call.vendor.refuse(call, fault)
            answer.headers.append(CLOSE)
            return Chosen(), answer
        if call.operation is None:
            return Chosen(), await self._pipeline.unmatched(call, match)
        return await self._pipeline.answer(call, {**scope, "path": match.path, "root_path": "", "extensions": {}})

    def _entry(self, call: Call, chosen: Chosen, answer: Answer, headers: Headers, body: bytes) -> Entry:
        faults: list[str] = []
        if chosen.by == "mock" and call.operation is not None and answer.outcome:
            faults = answer_faults(call.operation, answer.status, answer.outcome, answer.media_type, answer.body)
            for fault in faults:
                log.error("%s: our own answer breaks the contract: %s", call.operation.key, fault)
        return Entry(
            id=call.request_id,
            number=call.number,
            session=call.session.name,
            at=call.now().isoformat(),
            vendor=call.vendor.name,
            operation=call.operation.key if call.operation else "",
            method=call.method,
            path=call.path,
            query=call.query_string,
            raw_headers=call.raw_headers,
            request_body=call.raw_body,
            status=answer.status,
            outcome="" if chosen.fault else answer.outcome,
            answer_headers=headers,
            answer_body=body,
            chosen_by=chosen.by,
            violations=call.violations,
            notices=call.notices,
            digest=call.contract.digest,
            answer_faults=faults,
            fault=chosen.fault or "",
            refused=answer.status >= 400 or (chosen.answer is None and call.refused),
        )

    async def _answer_nobody(
        self, scope: Scope, send: Send, session: Session, path: str, raw_body: bytes, fault: Problem | None
    ) -> None:
        """Answer a path that is no vendor's, and journal it: a client with a wrong base URL wants to be found."""
        if fault is None:
            document = problem(404, "no vendor has this path: GET / lists the vendors")
        else:
            document = problem(fault.value, reason(fault, self.suite.limits))
        head = scope["method"] == "HEAD"
        headers, body = await send_problem(send, session, document, head=head, last=fault is not None)
        number = session.journal.number()
        entry = Entry(
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
            answer_headers=headers,
            answer_body=body,
            chosen_by="mock",
            violations=[],
            notices=list(foreign(scope)),
            digest="",
        )
        self._record(session, entry)

    def _record(self, session: Session, entry: Entry) -> None:
        entry.redaction = self._strike
        session.journal.append(entry)
        for listener in self.suite.listeners:
            listener(entry)


def _hurry(call: Call) -> list[Violation]:
    """Return what is wrong with a request that comes before the time that Retry-After has asked for."""
    patience = call.session.patience
    violation = patience.violation(call.operation.key) if patience and call.operation is not None else None
    return [] if violation is None else [violation]


async def _hold(scope: Scope, seconds: float) -> None:
    """Hold an answer back."""
    wire: Wire | None = scope.get("extensions", {}).get(WIRE)
    await (asyncio.sleep(seconds) if wire is None else wire.hold(seconds))


async def _fail(scope: Scope, send: Send, call: Call, chosen: Chosen, answer: tuple[int, Headers, bytes]) -> None:
    """Give an answer with the fault chosen for it, on the connection itself."""
    assert chosen.fault is not None  # only then is this called
    wire: Wire | None = scope.get("extensions", {}).get(WIRE)
    if wire is None:
        await send_problem(send, call.session, problem(500, "faults need crm-mocks' own server, which this is not"))
        return
    status, headers, body = answer
    random = call.seeded.random("fault", call.number)
    await wire.fault(chosen.fault, (status, headers), body, seconds=chosen.delay_ms / 1000, random=random)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
