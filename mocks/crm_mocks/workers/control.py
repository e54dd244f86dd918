"""The control API of several workers: a request is served where its session is, or by all workers."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any, Final

import orjson

from crm_mocks.admin.direct_routes import query_arguments, query_string, read_json
from crm_mocks.admin.disconnection import until_client_closes
from crm_mocks.admin.gateway import REQUESTS
from crm_mocks.admin.journal_query import ALL_SESSIONS, JournalQuery
from crm_mocks.admin.waiting import WaitCondition, wait_for_count
from crm_mocks.app import AsgiApp
from crm_mocks.asgi.peers import ForwardedResponse, PeerCall
from crm_mocks.asgi.problems import problem, problem_bytes
from crm_mocks.asgi.session_name import SESSION_HEADER
from crm_mocks.asgi.transport import Message, Receive, Scope, Send
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import string
from crm_mocks.state.session_registry import DEFAULT_SESSION
from crm_mocks.time_limit import time_limit
from crm_mocks.workers.link import WorkerLink
from crm_mocks.workers.ownership import FIRST, owner_of
from crm_mocks.workers.remaining_pieces import RemainingPieces
from crm_mocks.workers.responses import (
    ListedSession,
    merged_count,
    merged_har,
    merged_journal,
    merged_reset,
    merged_sessions,
)

_SESSIONS: Final = ("POST", "/__admin/sessions")
_RESET: Final = ("POST", "/__admin/reset")
_LIST: Final = ("GET", "/__admin/sessions")
_COUNT: Final = ("POST", "/__admin/requests/count")
_FIND: Final = ("POST", "/__admin/requests/find")
_HAR: Final = ("GET", f"{REQUESTS}/har")
_BY_BODY: Final = frozenset(
    {_SESSIONS, _RESET, _COUNT, _FIND} | {("POST", f"/__admin/{name}") for name in ("clock", "responses", "findings")}
)
"""Routes whose session is named by the body."""

_JOURNAL: Final = frozenset({("GET", REQUESTS), ("GET", f"{REQUESTS}/unmatched"), _HAR, _FIND, _COUNT})
"""Routes that can be asked about all sessions, apart from the verdict, which asks all workers itself."""

MAX_MERGED_BYTES: Final = 33_554_432
"""Maximum size of a response that is merged with those of the other workers, which takes a whole one of each."""

_TOO_LONG: Final = (
    f"the entries of all sessions take more than {MAX_MERGED_BYTES:,} bytes in one of the workers: "
    "ask for fewer with 'limit' or 'since', or for one session, which has no such bound"
)

_CARRIED: Final = (
    "type", "http_version", "method", "scheme", "path", "raw_path", "query_string", "headers", "server", "client",
)  # fmt: skip
"""Members of a scope that another worker needs."""


class WorkerControl:
    """The control API of one worker; see `crm_mocks.asgi.peers.Peers`."""

    def __init__(self, application: AsgiApp, link: WorkerLink) -> None:
        self._admin = application.admin
        self._mock_app = application.mock_app
        self._link = link
        self._remaining = RemainingPieces(link)
        self._mock_app.calls.update(
            {
                **self._remaining.calls,
                "control": self._serve_here,
                "control, whole": self._serve_whole,
                "sessions": self._sessions_here,
                "knows": self._knows,
                "unused name": self._unused_name,
                "count": self._count_here,
                "wait": self._wait_here,
            }
        )

    def find_call(self, name: str) -> PeerCall:
        """Return a function that other workers can call; plug-ins that add it are loaded when first needed."""
        return self._mock_app.calls.get(name) or partial(self._load_and_call, name)

    async def _load_and_call(self, name: str, *arguments: Any) -> Any:
        await self._admin.load_calls(name)
        return await self._mock_app.calls[name](*arguments)

    async def gather(self, call: str, *arguments: Any) -> list[Any]:
        """See `Peers.gather`."""
        return await self._link.gather(call, *arguments)

    async def call_owner(self, session: str, call: str, *arguments: Any) -> Any:
        """See `Peers.call_owner`."""
        return await self._link.call(owner_of(session, self._link.count), call, *arguments)

    async def forward(self, scope: Scope, body: bytes, receive: Receive) -> ForwardedResponse | None:
        """See `Peers.forward`."""
        implied = self._admin.session_name(scope)
        route = (scope["method"], scope["path"])
        try:
            values = _values(route, scope, body)
            named = string(values, "session") or implied
        except UsageError:
            return None  # the route reports the error
        carried = _carried(scope, implied)
        if route == _SESSIONS and not string(values, "session"):
            return await self._make_session(carried, values)
        if route == _LIST or (route == _RESET and named is None):
            listed = await self._all_sessions()
            merge = merged_sessions if route == _LIST else merged_reset
            return ForwardedResponse(merge(await self.gather("control, whole", carried, body), listed))
        if named == ALL_SESSIONS:
            return await self._search_all(scope, carried, body, receive, values) if route in _JOURNAL else None
        owner = owner_of(named or DEFAULT_SESSION, self._link.count)
        if owner == self._link.index:
            return None
        if route == ("GET", REQUESTS):
            waiting = self._serve_there(owner, carried, body)
            response = await until_client_closes(waiting, scope, receive)
            if response is not None:
                return response
            carried = {**carried, "query_string": _without_waiting(carried)}
        return await self._serve_there(owner, carried, body)

    async def _serve_there(self, owner: int, scope: Scope, body: bytes) -> ForwardedResponse:
        messages, remaining = await self._link.call(owner, "control", scope, body)
        return ForwardedResponse(messages, None if remaining is None else self._remaining.of(owner, remaining))

    # --- requests about several sessions ---

    async def _make_session(self, scope: Scope, values: dict[str, Any]) -> ForwardedResponse | None:
        """Make a session with a generated name, which no worker has used."""
        if not values.keys() <= {"session", "allow"}:
            return None  # the route reports the error
        name = await self._link.call(FIRST, "unused name")
        body = orjson.dumps({**values, "session": name})
        return await self._serve_there(owner_of(name, self._link.count), scope, body)

    async def _search_all(
        self, scope: Scope, carried: Scope, body: bytes, receive: Receive, values: dict[str, Any]
    ) -> ForwardedResponse | None:
        """Return the merged response of all workers to a request whose `carried` scope can be sent to them."""
        try:
            query = JournalQuery.parse(values, self._mock_app, None)
            if scope["path"] == REQUESTS:
                wait = WaitCondition.parse(values, self._mock_app, None)
                if wait.seconds:
                    await until_client_closes(self._wait_for_all(wait, values), scope, receive)
        except UsageError:
            return None  # the route reports the error
        if scope["path"] == REQUESTS:
            carried = {**carried, "query_string": _without_waiting(carried)}
        try:
            responses = await self.gather("control, whole", carried, body)
        except UsageError as error:
            return _refused(str(error))
        if (scope["method"], scope["path"]) == _COUNT:
            return ForwardedResponse(merged_count(responses))
        merge = merged_har if (scope["method"], scope["path"]) == _HAR else merged_journal
        return ForwardedResponse(merge(responses, await self._all_sessions(), query.limit))

    async def _wait_for_all(self, wait: WaitCondition, values: dict[str, Any]) -> None:
        """Return once all workers together have the number of exchanges, or at the time limit."""
        with suppress(TimeoutError):
            async with time_limit(wait.seconds):
                while sum(counts := await self.gather("count", values)) < wait.count:
                    await self._wait_for_more(counts, values)

    async def _wait_for_more(self, counts: list[int], values: dict[str, Any]) -> None:
        """Return once a worker has more exchanges than it had."""
        tasks = [
            asyncio.ensure_future(self._link.call(worker, "wait", values, count + 1))
            for worker, count in enumerate(counts)
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _all_sessions(self) -> list[ListedSession]:
        """Return all sessions in the order in which one worker would have them."""
        return sorted(each for listed in await self.gather("sessions") for each in listed)

    # --- called by other workers ---

    async def _serve_here(self, scope: Scope, body: bytes) -> tuple[list[Message], int | None]:
        """Return the response, and the number of what remains of a long body."""
        messages: list[Message] = []
        more = await self._admin.begin_response(scope, _receive_nothing, body, _appending(messages))
        return messages, None if more is None else self._remaining.keep(more)

    async def _serve_whole(self, scope: Scope, body: bytes) -> list[Message]:
        """Return the response with all of its body.

        Raises:
            UsageError: it is too long.
        """
        messages: list[Message] = []
        more = await self._admin.begin_response(scope, _receive_nothing, body, _appending(messages))
        size = 0
        if more is not None:
            async for piece in more:
                size += len(piece)
                if size > MAX_MERGED_BYTES:
                    raise UsageError(_TOO_LONG)
                messages.append({"type": "http.response.body", "body": piece})
        return messages

    async def _sessions_here(self) -> list[ListedSession]:
        sessions = self._mock_app.sessions
        return [ListedSession(sessions.is_open(each.name), each.listed_at, each.name) for each in sessions]

    async def _knows(self, name: str) -> bool:
        return self._mock_app.sessions.find(name) is not None

    async def _unused_name(self) -> str:
        while True:
            name = self._mock_app.sessions.unused_name()
            owner = owner_of(name, self._link.count)
            if owner == self._link.index or not await self._link.call(owner, "knows", name):
                return name

    async def _count_here(self, values: dict[str, Any]) -> int:
        search = await JournalQuery.parse(values, self._mock_app, None).search(self._mock_app)
        return await search.count()

    async def _wait_here(self, values: dict[str, Any], count: int) -> None:
        await wait_for_count(self._mock_app, JournalQuery.parse(values, self._mock_app, None), count)


async def _receive_nothing() -> Message:
    await asyncio.Event().wait()  # the worker of the connection watches it
    raise AssertionError


def _appending(messages: list[Message]) -> Send:
    async def send(message: Message) -> None:
        messages.append(message)

    return send


def _refused(detail: str) -> ForwardedResponse:
    headers, body = problem_bytes(problem(400, detail))
    raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    start = {"type": "http.response.start", "status": 400, "headers": raw_headers}
    return ForwardedResponse([start, {"type": "http.response.body", "body": body}])


def _values(route: tuple[str, str], scope: Scope, body: bytes) -> dict[str, Any]:
    """Return the values that may name the session: of the body, or of the query.

    Raises:
        UsageError: the body is not JSON.
    """
    arguments: dict[str, Any] = query_arguments(query_string(scope))
    if route[0] != "POST":
        return arguments
    content = read_json(body)
    members = content if isinstance(content, dict) else {}
    return members if route in _BY_BODY else {**arguments, **members}  # plug-ins may use either


def _carried(scope: Scope, session: str | None) -> Scope:
    """Return what another worker needs of a scope; it does not know the session of a port that is not its own."""
    headers = list(scope["headers"])
    if session is not None and all(name != SESSION_HEADER for name, _ in headers):
        headers = [*headers, (SESSION_HEADER, session.encode("latin-1"))]
    return {**{name: scope[name] for name in _CARRIED if name in scope}, "headers": headers}


def _without_waiting(scope: Scope) -> bytes:
    query: bytes = scope.get("query_string", b"")
    return b"&".join(each for each in query.split(b"&") if each.partition(b"=")[0] not in (b"wait_ms", b"count"))
