"""Call the mocks' ASGI application from any thread and any event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from random import Random
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

from crm_contracts.offline.loop_runner import LoopRunner
from crm_mocks.admin.names import SYNC_ROUTES
from crm_mocks.app import AsgiApp
from crm_mocks.asgi.request_handler import ADMIN
from crm_mocks.asgi.transport import FAULT_INJECTOR
from crm_mocks.faults import Fault

Result = TypeVar("Result")
Headers = list[tuple[str, str]]

_SESSION_HEADER: Final = b"x-mock-session"
_FIRST_PORT: Final = 65_536
"""First of the fake port numbers. The application finds the session by port, as on a real server, so that the request
itself stays untouched."""

_NO_SESSION: Final = 1


@dataclass(frozen=True)
class BufferedResponse:
    """A complete response."""

    status: int
    headers: Headers
    body: bytes


class TransportFault(Exception):
    """A transport fault, to be translated into the client library's own exception.

    Attributes:
        fault: the fault.
        response: the response whose body arrives in part, if any.
    """

    def __init__(self, fault: Fault, response: BufferedResponse | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.response = response


class AsgiBridge:
    """Sends requests to an application, each in its session.

    Safe to call from several threads and event loops: one thread at a time touches the application's state.
    """

    def __init__(self, application: AsgiApp) -> None:
        self.application = application
        self._loop_runner = LoopRunner()
        self._ports: dict[str, int] = {}
        self._next_port = _FIRST_PORT

    def open(self, session: str) -> None:
        """Bind a session to a fake port."""
        port, self._next_port = self._next_port, self._next_port + 1
        self._ports[session] = port

        async def bind() -> None:
            self.application.mock_app.sessions.bind_port(session, port)

        self.run(bind())

    def forget_session(self, session: str) -> None:
        """Forget the fake port of a session."""
        self._ports.pop(session, None)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine on the bridge's loop and return its result."""
        return self._loop_runner.run_on_loop(work).result()

    def call(
        self,
        session: str,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        timeout: float | None = None,
    ) -> BufferedResponse:
        """Send a request and return the response.

        Args:
            session: session name.
            method: HTTP method.
            url: absolute URL, with the host that the client uses.
            headers: request headers.
            body: whole request body.
            timeout: the client's read timeout in seconds.

        Raises:
            TransportFault: a fault was injected, or the timeout elapsed.
        """
        pending = self.begin(session, method, url, headers, body, timeout)
        try:
            return pending.result(timeout)
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
        """Start what `call` does. The request is processed even if the client gives up."""
        scope = _scope(self._ports.get(session, _NO_SESSION), method, url, headers)
        work = self._exchange(scope, body, timeout)
        if scope["path"].startswith(ADMIN) and (scope["method"], scope["path"]) not in SYNC_ROUTES:
            # Flask runs views in threads of its own
            return self._loop_runner.run_on_loop(work)
        return self._loop_runner.run_inline(work)

    async def _exchange(self, scope: dict[str, Any], body: bytes, timeout: float | None) -> BufferedResponse:  # noqa: ASYNC109  # the client's
        fault_recorder = _FaultRecorder(timeout)
        scope["extensions"] = {FAULT_INJECTOR: fault_recorder}
        messages = iter([{"type": "http.request", "body": body, "more_body": False}])
        collector = _ResponseCollector()

        async def receive() -> dict[str, Any]:
            message = next(messages, None)
            return message or await _wait_forever()

        await self.application(scope, receive, collector.send)
        if fault_recorder.transport_fault is not None:
            raise fault_recorder.transport_fault
        return BufferedResponse(collector.status, collector.headers, bytes(collector.body))

    def close(self) -> None:
        """Stop the loop and its thread."""
        self._loop_runner.close()


async def _wait_forever() -> dict[str, Any]:
    """Never report a disconnect."""
    await asyncio.Event().wait()
    return {"type": "http.disconnect"}


class _ResponseCollector:
    """Collects the messages of a response."""

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
    """Records the fault instead of injecting it; implements `crm_mocks.asgi.transport.FaultInjector`.

    Faults that consist of waiting take effect at once.
    """

    def __init__(self, read_timeout: float | None) -> None:
        self.transport_fault: TransportFault | None = None
        self._read_timeout = read_timeout

    async def delay(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def inject(
        self,
        fault: Fault,
        head: tuple[int, Headers],
        body: bytes,
        *,
        seconds: float,
        random: Random,  # noqa: ARG002  # no bytes are sent
    ) -> None:
        if fault is Fault.TIMEOUT and self._read_timeout is not None and self._read_timeout > seconds:
            fault = Fault.EMPTY_RESPONSE  # the server closes the connection before the client gives up
        self.transport_fault = TransportFault(fault, BufferedResponse(head[0], head[1], body))


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
