"""Requests to sessions that several processes share: each is one transaction, and is answered when that is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, Final

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.problems import problem, send_problem
from crm_mocks.asgi.rejected_request import RejectedRequest
from crm_mocks.asgi.request_handler import RequestHandler
from crm_mocks.asgi.request_limits import protocol_problem, release_body
from crm_mocks.asgi.response_sending import NO_FAULTS
from crm_mocks.asgi.session_name import is_admin, named_session
from crm_mocks.asgi.transport import DIRECT, FAULT_INJECTOR, Asgi, FaultInjector, Message, Receive, Scope, Send
from crm_mocks.errors import StateError, UsageError
from crm_mocks.faults import Fault
from crm_mocks.state.session_registry import DEFAULT_SESSION, SESSION_NAME
from crm_mocks.state.shared.session import SharedSession
from crm_mocks.state.shared.sessions import SharedSessions

_TIMED: Final = (Fault.SLOW_BODY, Fault.TIMEOUT)


class CollectedResponse:
    """The response of a transaction, which is sent once the transaction is stored.

    It takes the place of the server's channel and of its fault injector.
    """

    def __init__(self, sessions: SharedSessions, session: str, injector: FaultInjector | None) -> None:
        """Collect nothing yet.

        Args:
            sessions: the sessions.
            session: name of the session of the request.
            injector: fault injector of the server; `None` if it has none.
        """
        self._sessions = sessions
        self._session = session
        self._injector = injector
        self.clear()

    def clear(self) -> None:
        """Forget everything: the transaction is repeated."""
        self._messages: list[Message] = []
        self._steps: list[Callable[[], Awaitable[None]]] = []
        self.claims: dict[str, float] = {}

    async def send(self, message: Message) -> None:
        """Collect a message."""
        self._messages.append(message)

    async def delay(self, seconds: float) -> None:
        """See `FaultInjector.delay`; waits later."""
        self._hold_claims(seconds)
        delay = asyncio.sleep if self._injector is None else self._injector.delay
        self._steps.append(lambda: delay(seconds))

    async def inject(
        self, fault: Fault, head: tuple[int, list[tuple[str, str]]], body: bytes, *, seconds: float, random: Random
    ) -> None:
        """See `FaultInjector.inject`; injects later."""
        injector = self._injector
        if injector is None:
            await send_problem(self.send, None, problem(500, NO_FAULTS))
            return
        if fault in _TIMED:
            self._hold_claims(seconds)
        self._steps.append(lambda: injector.inject(fault, head, body, seconds=seconds, random=random))

    def note_claims(self) -> None:
        """Note the claims that last until the response is sent, at the end of the transaction."""
        session = self._open_session()
        self.claims = session.held_claims() if session is not None else {}

    async def deliver(self, send: Send) -> None:
        """Send the response, with its delay or fault."""
        for step in self._steps:
            await step()
        for message in self._messages:
            if self._injector is None and "headers" in message:  # other servers need lower-case names
                message["headers"] = [(bytes(name).lower(), value) for name, value in message["headers"]]
            await send(message)

    def _hold_claims(self, seconds: float) -> None:
        session = self._open_session()
        if session is not None:
            session.hold_claims(seconds)

    def _open_session(self) -> SharedSession | None:
        """Return the session if it exists and its transaction is open."""
        is_open = self._sessions.transaction(self._session) is not None
        return self._sessions.find(self._session) if is_open else None


class SharedRequestHandler(RequestHandler):
    """Runs each request on the copy of its session, and sends the response when all that it changed is stored."""

    def __init__(self, mock_app: MockApp, admin: Asgi) -> None:
        super().__init__(mock_app, admin)
        assert mock_app.shared is not None  # the application shares its state
        self._shared = mock_app.shared
        self._process = int(mock_app.shared.connection.process[:7], 16)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI scope."""
        if scope["type"] != "http" or is_admin(self.mock_app.server_url.without_base_path(scope)["path"]):
            await super().__call__(scope, receive, send)
            return
        name = self._name(self.mock_app.server_url.without_base_path(scope)["path"], scope["headers"])
        if not SESSION_NAME.fullmatch(name):
            await super().__call__(scope, receive, send)  # refuses it
            return
        body = await _read(scope, receive, self.mock_app.limits.body_bytes)
        extensions = dict(scope.get("extensions") or {})
        response = CollectedResponse(self._shared.sessions, name, extensions.get(FAULT_INJECTOR))
        extensions[FAULT_INJECTOR] = response
        extensions.pop(DIRECT, None)  # what is sent has to wait
        inner = {**scope, "extensions": extensions, "client": self._client(scope)}
        handle = super().__call__

        async def step() -> None:
            response.clear()
            await handle(dict(inner), _repeated(body, receive), response.send)
            response.note_claims()

        try:
            self._shared.check()
            await self._shared.sessions.run(name, step)
        except StateError as error:
            await send_problem(send, None, problem(503, str(error)), head=scope["method"] == "HEAD")
            return
        body.clear()
        release_body(scope)
        try:
            await response.deliver(send)
        finally:
            if response.claims:
                self._later(self._release(name, response.claims))

    def record_rejected(self, request: RejectedRequest) -> None:
        """Journal a request that the server rejected, as soon as possible."""
        name = self._name(self.mock_app.server_url.without_base_path({"path": request.path})["path"], request.headers)
        if not SESSION_NAME.fullmatch(name):
            name = DEFAULT_SESSION
        record, sessions = super().record_rejected, self._shared.sessions

        async def record_in_session() -> None:
            sessions.get(name)
            record(request)

        async def record_in_default() -> None:
            record(request)

        async def journal() -> None:
            try:
                await sessions.run(name, record_in_session)
            except UsageError:  # there are too many sessions
                await sessions.run_fresh([name, DEFAULT_SESSION], record_in_default)

        self._later(journal())

    async def _release(self, name: str, claims: dict[str, float]) -> None:
        """End claims after a response that was delayed; if that fails, their lease ends."""

        async def step() -> None:
            session = self._shared.sessions.find(name)
            if session is not None:
                session.release(claims)

        await self._shared.sessions.run(name, step)

    def _later(self, work: Any) -> None:
        self._shared.sessions.later(work)

    @staticmethod
    def _name(path: str, headers: Any) -> str:
        return named_session(path, headers)[0] or DEFAULT_SESSION

    def _client(self, scope: Scope) -> tuple[str, int] | None:
        """Return the client's address with a port that differs from those of other processes."""
        client = scope.get("client")
        if client is None:
            return None
        return client[0], (self._process << 16) + client[1]


async def _read(scope: Scope, receive: Receive, limit: int) -> list[Message]:
    """Return the messages of a request's body, up to a limit of bytes."""
    messages: list[Message] = []
    size = 0
    while protocol_problem(scope) is None:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body") or size > limit:
            break
    return messages


def _repeated(messages: list[Message], receive: Receive) -> Receive:
    """Return a channel that repeats messages, and then continues."""
    rest = iter(messages)

    async def receive_again() -> Message:
        message = next(rest, None)
        return await receive() if message is None else message

    return receive_again
