"""The gateway of the control API where several processes share the sessions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from crm_mocks.admin.direct_routes import query_arguments, query_string, read_json
from crm_mocks.admin.disconnection import until_client_closes
from crm_mocks.admin.events import EntrySource
from crm_mocks.admin.gateway import HEALTH, READY, REQUESTS, AdminGateway
from crm_mocks.admin.journal_query import ALL_SESSIONS
from crm_mocks.admin.page_access import PageAccess
from crm_mocks.admin.shared_entries import SharedEntries
from crm_mocks.admin.waiting import WaitCondition
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.problems import problem, send_problem
from crm_mocks.asgi.transport import Message, Receive, Scope, Send
from crm_mocks.errors import StateError, UsageError
from crm_mocks.state.session_registry import DEFAULT_SESSION, SESSION_NAME
from crm_mocks.state.shared.announcements import listening

_RESET: Final = "POST", "/__admin/reset"
_MAKE_SESSION: Final = "POST", "/__admin/sessions"
_LIST_SESSIONS: Final = "GET", "/__admin/sessions"
_ENTRY: Final = "GET", "/__admin/requests/entry"
_JOURNAL_UNREAD: Final = frozenset(
    f"/__admin/{name}"
    for name in ("sessions", "reset", "responses", "records", "clock", "settings", "vendors", "version", "openapi.json")
)
"""Routes that do not read the journal, which is loaded for all others."""

_NAMING_OTHERS: Final = frozenset(("/__admin/verdict", "/__admin/findings"))
"""Routes whose response names all sessions if the given one does not exist."""

_POLL_SECONDS: Final = 1.0
"""Interval at which the journal is read even if no new exchange was announced."""

_PAUSE_SECONDS: Final = 0.005
"""Pause between two readings, so that a busy session is not read for each exchange."""


class SharedGateway(AdminGateway):
    """Runs each request in a transaction of the session that it names."""

    def __init__(self, mock_app: MockApp, page_access: PageAccess) -> None:
        super().__init__(mock_app, page_access)
        assert mock_app.shared is not None  # the application shares its state
        self._shared = mock_app.shared
        self._sessions = mock_app.shared.sessions
        self._entries = SharedEntries(mock_app, mock_app.shared)

    async def begin_response(
        self, scope: Scope, receive: Receive, body: bytes, send: Send
    ) -> AsyncIterator[bytes] | None:
        """See `AdminGateway.begin_response`; the other pieces are read after the transaction."""
        await self.load(scope)  # a transaction waits for nothing
        if scope["path"] in (HEALTH, READY):
            return await super().begin_response(scope, receive, body, send)
        messages: list[Message] = []
        more: AsyncIterator[bytes] | None = None
        begin = super().begin_response

        async def collect(message: Message) -> None:
            messages.append(message)

        async def step() -> None:
            nonlocal more
            messages.clear()
            more = await begin(scope, receive, body, collect)

        try:
            self._shared.check()
            if scope["method"] == "GET" and scope["path"] == REQUESTS:
                await self._wait_for_exchanges(scope, receive)
            await self._run(scope, body, step)
            if messages[0]["status"] == 404 and scope["path"] in _NAMING_OTHERS:
                await self._sessions.read_all(journal=False)
                await self._run(scope, body, step)  # somebody may have made the session meanwhile
        except StateError as error:
            await send_problem(send, None, problem(503, str(error)), head=scope["method"] == "HEAD")
            return None
        for message in messages:
            await send(message)
        return more

    @property
    def entry_source(self) -> EntrySource:
        """See `AdminGateway.entry_source`."""
        return self._entries

    async def _wait(self, scope: Scope, receive: Receive) -> None:
        """Do nothing: the request has waited before its transaction."""

    async def _run(self, scope: Scope, body: bytes, step: Callable[[], Awaitable[None]]) -> None:
        """Run a step with the sessions that a request names."""
        route = scope["method"], scope["path"]
        named = _named(scope, body)
        name = named or self.session_name(scope)
        journal = scope["path"] not in _JOURNAL_UNREAD
        if route == _RESET and not name:
            await self._sessions.run_fresh(await self._sessions.all_names(), step)
        elif route == _MAKE_SESSION and not named:
            await self._sessions.run_fresh([await self._sessions.reserve_name()], step)
        elif name == ALL_SESSIONS or route == _LIST_SESSIONS:
            await self._sessions.read_all(journal=journal)
            await step()
        else:
            name = name or DEFAULT_SESSION
            names = [name] if SESSION_NAME.fullmatch(name) else []  # the route refuses another one
            await self._sessions.run_fresh(names, step, journal=journal)

    async def _wait_for_exchanges(self, scope: Scope, receive: Receive) -> None:
        try:
            wait = WaitCondition.parse(query_arguments(query_string(scope)), self._mock_app, self.session_name(scope))
        except UsageError:
            return  # the view parses the same arguments and reports the error
        if wait.seconds:
            await until_client_closes(self._until_enough(wait), scope, receive)

    async def _until_enough(self, wait: WaitCondition) -> None:
        """Return once there are enough exchanges, whichever process received them, or the time limit is reached."""
        name = None if wait.query.session == ALL_SESSIONS else wait.query.session
        if name is not None and not SESSION_NAME.fullmatch(name):
            return
        loop = asyncio.get_running_loop()
        end = loop.time() + wait.seconds
        task, age = asyncio.current_task(), 0.0
        async with listening(self._shared.connection, name) as new_exchange:
            while task is None or not task.cancelling():  # the client library may take it for a time-out
                await (self._sessions.read_all(age=age) if name is None else self._sessions.read([name], age=age))
                left = end - loop.time()
                if await (await wait.query.search(self._mock_app)).count() >= wait.count or left <= 0:
                    return
                age = 0.0 if await new_exchange(min(left, _POLL_SECONDS)) else _POLL_SECONDS
                await asyncio.sleep(_PAUSE_SECONDS)


def _named(scope: Scope, body: bytes) -> str | None:
    """Return the session that a request names in its body (POST) or its query, or by the id of an entry, if any."""
    named: Any = None
    if scope["method"] != "POST":
        values = query_arguments(query_string(scope))
        is_entry = (scope["method"], scope["path"]) == _ENTRY
        named = values.get("id", "").rpartition("-")[0] if is_entry else values.get("session")
    elif body:
        with suppress(UsageError):
            document = read_json(body)
            named = document.get("session") if isinstance(document, dict) else None
    return named if isinstance(named, str) else None
