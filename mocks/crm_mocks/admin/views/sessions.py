"""Sessions: POST and DELETE sessions, POST reset."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from crm_mocks.admin.json_responses import json_response, problem_response
from crm_mocks.admin.request_args import arguments, base_url, implied_session, json_object
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import reject_unknown, required_string, string


def blueprint(mock_app: MockApp) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("sessions", __name__)

    @routes.post("/sessions")
    async def make_session() -> Response:
        values = json_object()
        reject_unknown(values, ("session", "allow"))
        name = string(values, "session") or mock_app.sessions.unused_name()
        allowed = _allowed(values.get("allow"))
        session = mock_app.sessions.get(name)
        if allowed is not None:
            session.allowed = allowed
        try:
            url = await mock_app.session_url(name, base_url())
        except OSError as error:
            return problem_response(409, f"cannot open a port for the session: {error.strerror or error}")
        return json_response({"session": name, "url": url}, 201)

    @routes.delete("/sessions")
    async def close_session() -> Response:
        values = arguments()
        reject_unknown(values, ("session",))
        name = required_string(values, "session")
        if mock_app.sessions.find(name) is None:
            return problem_response(404, f"there is no session '{name}'")
        if mock_app.close_port is not None:
            mock_app.close_port(name)
        mock_app.sessions.close(name)
        return json_response({"closed": name})

    @routes.post("/reset")
    def reset() -> Response:
        values = json_object()
        reject_unknown(values, ("session",))
        name = string(values, "session") or implied_session()
        names = [name] if name is not None else [session.name for session in mock_app.sessions]
        mock_app.sessions.reset(name)
        return json_response({"reset": names})

    return routes


def _allowed(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UsageError(
            "'allow' must be a list of mistakes such as '<vendor>.<operation>:<outcome or status>' or '<METHOD> <path>'"
        )
    return tuple(value)
