"""The bridge: calls the mocks' ASGI application from any thread, and from any event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from random import Random
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

from crm_contracts.offline.loop_runner import LoopRunner
from crm_mocks.admin.names import AT_ONCE
from crm_mocks.app import AsgiApp
from crm_mocks.asgi.request_handler import ADMIN
from crm_mocks.asgi.transport import FAULT_INJECTOR
from crm_mocks.faults import Fault

Result = TypeVar("Result")
Headers = list[tuple[str, str]]

_SESSION_HEADER: Final = b"x-mock-session"
_FIRST_PORT: Final = 65_536
"""Ports from here on are no real ones: they tell the application which session a request belongs to, as the ports of a
server do, so that nothing is added to the request itself."""

_NO_SESSION: Final = 1


@dataclass(frozen=True)
class BufferedResponse:
    """An answer that arrived whole."""

    status: int
    headers: Headers
    body: bytes


class TransportFault(Exception):
    """A fault on the wire, for a client library to make its own exception of.

    Attributes:
        fault: which.
        answered: what would have been answered, where part of it arrived.
    """

    def __init__(self, fault: Fault, answered: BufferedResponse | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.answered = answered


class AsgiBridge:
    """Carries requests to an application, each to the session that it is for.

    Clients may call from threads, and from event loops of their own: only one thread at a time touches the
    application's state.
    """

    def __init__(self, application: AsgiApp) -> None:
        self.application = application
        self._turns = LoopRunner()
        self._ports: dict[str, int] = {}
        self._next_port = _FIRST_PORT

    def open(self, session: str) -> None:
        """Prepare for requests of a session."""
        port, self._next_port = self._next_port, self._next_port + 1
        self._ports[session] = port

        async def bind() -> None:
            self.application.mock_app.sessions.bind(session, port)

        self.run(bind())

    def shut(self, session: str) -> None:
        """Carry no more requests of a session."""
        self._ports.pop(session, None)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine on the bridge's loop and wait for its result."""
        return self._turns.in_loop(work).result()

    def call(
        self,
        session: str,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        timeout: float | None = None,
    ) -> BufferedResponse:
        """Carry out a request.

        Args:
            session: name of the session that it belongs to.
            method: HTTP method.
            url: absolute URL; its host is what the client believes to talk to.
            headers: as the client sends them.
            body: the whole body.
            timeout: seconds after which the client gives up, if it does.

        Raises:
            Faulted: a fault was asked for, or the client's patience is at its end.
        """
        under_way = self.begin(session, method, url, headers, body, timeout)
        try:
            return under_way.result(timeout)
        except TimeoutError:
            raise TransportFault(Fault.TIMEOUT) from None

    def begin(
        self,
        session: str,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        timeout: float | None = None,
    ) -> Future[BufferedResponse]:
        """Begin what `call` does. A client that gives up meanwhile has been heard all the same."""
        scope = _scope(self._ports.get(session, _NO_SESSION), method, url, headers)
        work = self._exchange(scope, body, timeout)
        if scope["path"].startswith(ADMIN) and (scope["method"], scope["path"]) not in AT_ONCE:
            # it brings threads of its own into play
            return self._turns.in_loop(work)
        return self._turns.here(work)

    async def _exchange(self, scope: dict[str, Any], body: bytes, timeout: float | None) -> BufferedResponse:  # noqa: ASYNC109  # the client's
        wire = _FaultRecorder(timeout)
        scope["extensions"] = {FAULT_INJECTOR: wire}
        messages = iter([{"type": "http.request", "body": body, "more_body": False}])
        answer = _ResponseCollector()

        async def receive() -> dict[str, Any]:
            message = next(messages, None)
            return message or await _never()

        await self.application(scope, receive, answer.send)
        if wire.faulted is not None:
            raise wire.faulted
        return BufferedResponse(answer.status, answer.headers, bytes(answer.body))

    def close(self) -> None:
        """Stop the loop and its thread."""
        self._turns.close()


async def _never() -> dict[str, Any]:
    """Wait for a client to go that stays."""
    await asyncio.Event().wait()
    return {"type": "http.disconnect"}


class _ResponseCollector:
    """Collects what the application sends."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: Headers = []
        self.body = bytearray()

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        else:
            self.body += message.get("body", b"")


class _FaultRecorder:
    """What carries out faults where there is no wire: it remembers which one was asked for.

    See `crm_mocks.asgi.transport.Wire`. Nobody waits: of faults that are made of time only the end comes.
    """

    def __init__(self, patience: float | None) -> None:
        self.faulted: TransportFault | None = None
        self._patience = patience

    async def hold(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def fault(
        self,
        fault: Fault,
        head: tuple[int, Headers],
        body: bytes,
        *,
        seconds: float,
        random: Random,  # noqa: ARG002  # garbage is not shown to anybody
    ) -> None:
        if fault is Fault.TIMEOUT and self._patience is not None and self._patience > seconds:
            fault = Fault.EMPTY_RESPONSE  # the server closes the connection before the client gives up
        self.faulted = TransportFault(fault, BufferedResponse(head[0], head[1], body))


def _scope(port: int, method: str, url: str, headers: Sequence[tuple[str, str]]) -> dict[str, Any]:
    parts = urlsplit(url)
    sent = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    if not any(name == b"host" for name, _ in sent):
        sent.insert(0, (b"host", parts.netloc.rpartition("@")[2].encode("latin-1")))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method.upper(),
        "scheme": parts.scheme,
        "path": unquote(parts.path) or "/",
        "raw_path": parts.path.encode("latin-1"),
        "query_string": parts.query.encode("latin-1"),
        "root_path": "",
        "headers": [header for header in sent if header[0] != _SESSION_HEADER],
        "server": (parts.hostname or "localhost", port),
        "client": ("127.0.0.1", 0),
    }
