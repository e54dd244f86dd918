"""Direct routes of sessions: GET, POST, PUT and DELETE sessions, POST reset."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Final

import orjson

from crm_mocks.admin.direct_routes import ControlRequest, ControlResponse, DirectRoutes
from crm_mocks.admin.pieces import in_pieces
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import reject_unknown, required_string, string
from crm_mocks.state.session import Session
from crm_mocks.turns import in_turns

MAX_ALLOWED: Final = 1_000
"""Allowed mistakes of a session, or of a question about it."""

MAX_ALLOWED_CHARACTERS: Final = 65_536
"""Length of their names together: sessions keep them."""


def routes(mock_app: MockApp) -> DirectRoutes:
    """Return the routes."""

    async def open_session(request: ControlRequest) -> ControlResponse:
        values = request.json_object()
        reject_unknown(values, ("session", "allow"))
        name = string(values, "session") or mock_app.sessions.unused_name()
        allowed = allowed_mistakes(values)
        session = mock_app.sessions.get(name)
        if allowed is not None:
            session.allowed = allowed
        try:
            url = await mock_app.session_url(name, request.base_url)
        except OSError as error:
            return ControlResponse.problem(409, f"cannot open a port for the session: {error.strerror or error}")
        return ControlResponse.json({"session": name, "url": url}, 201)

    async def list_sessions(request: ControlRequest) -> ControlResponse:
        reject_unknown(request.arguments, ())
        return await ControlResponse.of_pieces(in_pieces(_texts(mock_app.sessions)))

    async def change_session(request: ControlRequest) -> ControlResponse:
        reject_unknown(request.arguments, ("session",))
        values = request.json_object()
        reject_unknown(values, ("allow",))
        session = mock_app.sessions.get(required_string(request.arguments, "session"))
        session.allowed = allowed_mistakes(values) or ()
        return ControlResponse.json(_described(session))

    async def close_session(request: ControlRequest) -> ControlResponse:
        values = request.arguments
        reject_unknown(values, ("session",))
        name = required_string(values, "session")
        if mock_app.sessions.find(name) is None:
            return ControlResponse.problem(404, f"there is no session '{name}'")
        mock_app.close_session(name)
        return ControlResponse.json({"closed": name})

    async def reset(request: ControlRequest) -> ControlResponse:
        values = request.json_object()
        reject_unknown(values, ("session",))
        name = string(values, "session") or request.session
        return ControlResponse.json({"reset": [each async for each in in_turns(mock_app.sessions.resetting(name))]})

    return {
        ("GET", "/__admin/sessions"): list_sessions,
        ("POST", "/__admin/sessions"): open_session,
        ("PUT", "/__admin/sessions"): change_session,
        ("DELETE", "/__admin/sessions"): close_session,
        ("POST", "/__admin/reset"): reset,
    }


async def _texts(sessions: Iterable[Session]) -> AsyncIterator[bytes]:
    """Yield the JSON of a list of sessions."""
    yield b'{"sessions":['
    for number, session in enumerate(sessions):
        yield b"%s%s" % (b"," * (number > 0), orjson.dumps(_described(session)))
    yield b"]}"


def _described(session: Session) -> dict[str, Any]:
    return {
        "session": session.name,
        "port": session.port,
        "requests": session.journal.total,
        "queued": len(session.queue.pending()),
        "now": session.clock.now().isoformat(),
        "clock": "frozen" if session.clock.is_frozen else "running",
        "allow": list(session.allowed),
    }


def allowed_mistakes(values: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the member `allow`, or `None` if it is absent or null.

    Raises:
        UsageError: it is not a list of strings, or too long.
    """
    value = values.get("allow")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UsageError(
            "'allow' must be a list of mistakes such as '<vendor>.<operation>:<outcome or status>' or '<METHOD> <path>'"
        )
    if len(value) > MAX_ALLOWED:
        raise UsageError(f"'allow' has more than {MAX_ALLOWED} mistakes: '*' stands for any name in them")
    if sum(map(len, value)) > MAX_ALLOWED_CHARACTERS:
        raise UsageError(f"the mistakes of 'allow' have more than {MAX_ALLOWED_CHARACTERS:,} characters together")
    return tuple(value)
