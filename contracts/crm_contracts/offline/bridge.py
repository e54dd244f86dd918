"""Call the mocks' ASGI application from any thread and any event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import unquote

from msgspec.structs import replace

from crm_contracts.offline.byte_pipe import BytePipe
from crm_contracts.offline.loop_runner import Completed, LoopRunner
from crm_mocks.app import AsgiApp
from crm_mocks.asgi.rejected_request import RejectedRequest
from crm_mocks.asgi.session_name import ADMIN
from crm_mocks.errors import UsageError

Result = TypeVar("Result")

_FIRST_PORT: Final = 65_536
"""First of the fake port numbers. The application finds the session by port, as on a real server, so that the request
itself stays untouched."""

_NO_SESSION: Final = 1


class Response(Protocol):
    """Receives the messages of a response."""

    async def send(self, message: Any) -> None:
        """Take an ASGI message."""

    def finish(self) -> None:
        """Take note that the application has returned."""


class PipedResponse(Response, Protocol):
    """A response that may become the bytes of a connection."""

    @property
    def pipe(self) -> BytePipe:
        """The connection."""


class AsgiBridge:
    """Sends requests to an application, each in its session.

    Safe to call from several threads and event loops: one thread at a time touches the application's state.

    Attributes:
        application: the mocks.
        limits: limits of requests.
        on_forked: called in a forked child process with the session and the URL of a request that it cannot send.
    """

    def __init__(self, application: AsgiApp) -> None:
        self.application = application
        self.limits = application.mock_app.limits
        self.on_forked: Callable[[str, str], None] = lambda _session, _url: None
        self._loop_runner = LoopRunner()
        self._process = os.getpid()
        self._ports: dict[str, int] = {}
        self._next_port = _FIRST_PORT

    @property
    def is_forked(self) -> bool:
        """Whether this process is a forked child, whose copy of the mocks nobody judges."""
        return os.getpid() != self._process

    def open(self, session: str, allow: Sequence[str] = ()) -> None:
        """Open a session at a fake port.

        Args:
            session: name of the session.
            allow: names of allowed violations.

        Raises:
            UsageError: the name is invalid, there are too many sessions, or this process is a forked child.
        """
        sessions = self.application.mock_app.sessions
        port, self._next_port = self._next_port, self._next_port + 1

        def bind() -> None:
            sessions.get(session).allowed = tuple(allow)
            sessions.bind_port(session, port)

        self.run(bind)
        self._ports[session] = port

    def close_session(self, session: str) -> None:
        """Close a session. A late request through its fake port is journalled in it, and gets no response."""
        mock_app = self.application.mock_app

        def close() -> None:
            mock_app.close_session(session)
            if session in self._ports:
                mock_app.late_ports[self._ports[session]] = session

        self.run(close)

    def run(self, work: Callable[[], Result]) -> Result:
        """Call a function that uses the mocks' state, in this thread if possible, and return its result.

        Raises:
            UsageError: this process is a forked child.
        """
        self._require_own_process()
        return self._loop_runner.call(work)

    def _require_own_process(self) -> None:
        if self.is_forked:
            raise UsageError("in-process mocks serve only the process of the test: use the fixture without '_offline'")

    def start(self, session: str, scope: dict[str, Any], body: bytes, response: Response) -> None:
        """Start processing a request. It is processed even if the client gives up.

        Args:
            session: name of the session.
            scope: ASGI scope with the host as `server`; the port that identifies the session is added.
            body: whole request body.
            response: receives the response.
        """
        scope["server"] = (scope["server"], self._ports.get(session, _NO_SESSION))
        self._run(scope, self._exchange(scope, body, response))

    def record_rejected(self, session: str, request: RejectedRequest) -> None:
        """Journal a request that is not HTTP in its session."""

        async def record() -> None:
            self.application.record_rejected(replace(request, port=self._ports.get(session, _NO_SESSION)))

        self._loop_runner.run_inline(record()).result()

    def call_admin(
        self, method: str, target: str, headers: Sequence[tuple[bytes, bytes]], body: bytes
    ) -> BufferedResponse:
        """Send a request to the control API and return the response.

        Args:
            method: HTTP method.
            target: path and query.
            headers: request headers.
            body: request body.

        Raises:
            UsageError: this process is a forked child, in which the mocks' loop does not run.
        """
        self._require_own_process()
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": [(b"host", b"127.0.0.1"), *headers],
            "server": ("localhost", _NO_SESSION),
            "client": ("127.0.0.1", 0),
        }
        response = BufferedResponse()
        self._run(scope, self._exchange(scope, body, response)).result()
        return response

    def _run(self, scope: dict[str, Any], work: Coroutine[Any, Any, None]) -> Future[None] | Completed[None]:
        """Run the processing of a request in this thread, if possible."""
        route = (scope["method"], scope["path"])
        if scope["path"].startswith(ADMIN) and route not in self.application.admin.direct_routes:
            return self._loop_runner.run_on_loop(work)  # Flask runs views in threads of its own
        return self._loop_runner.run_inline(work)

    async def _exchange(self, scope: dict[str, Any], body: bytes, response: Response) -> None:
        messages: Iterator[dict[str, Any]] = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> dict[str, Any]:
            message = next(messages, None)
            return message or await _wait_forever()

        try:
            await self.application(scope, receive, response.send)
        finally:
            response.finish()

    def close(self) -> None:
        """Stop the loop and its thread."""
        self._loop_runner.close()


async def _wait_forever() -> dict[str, Any]:
    """Never report a disconnect."""
    await asyncio.Event().wait()
    return {"type": "http.disconnect"}


class BufferedResponse:
    """A response of the control API.

    Attributes:
        status: its status.
        body: its body.
    """

    def __init__(self) -> None:
        self.status = 0
        self.body = b""

    async def send(self, message: Any) -> None:
        """Take an ASGI message."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body += message.get("body", b"")

    def finish(self) -> None:
        """Do nothing: the caller waits for the whole response."""
