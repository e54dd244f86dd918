"""Sessions: POST and DELETE sessions, POST reset."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from crm_mocks.control.replies import problem_reply, reply
from crm_mocks.control.requested import arguments, base_url, implied_session, json_object
from crm_mocks.errors import UsageError
from crm_mocks.host.suite import Suite
from crm_mocks.values import only, required_text, text


def blueprint(suite: Suite) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("sessions", __name__)

    @routes.post("/sessions")
    async def make_session() -> Response:
        values = json_object()
        only(values, ("session", "allow"))
        name = text(values, "session") or suite.sessions.fresh_name()
        allowed = _allowed(values.get("allow"))
        session = suite.sessions.get(name)
        if allowed is not None:
            session.allowed = allowed
        if suite.open_port is None:
            url = f"{base_url()}/~{name}"
        else:
            try:
                url = await suite.open_port(name)
            except OSError as error:
                return problem_reply(409, f"no port could be opened for the session: {error.strerror or error}")
        return reply({"session": name, "url": url}, 201)

    @routes.delete("/sessions")
    async def close_session() -> Response:
        values = arguments()
        only(values, ("session",))
        name = required_text(values, "session")
        if suite.sessions.known(name) is None:
            return problem_reply(404, f"there is no session '{name}'")
        if suite.close_port is not None:
            suite.close_port(name)
        suite.sessions.close(name)
        return reply({"closed": name})

    @routes.post("/reset")
    def reset() -> Response:
        values = json_object()
        only(values, ("session",))
        name = text(values, "session") or implied_session()
        names = [name] if name is not None else [session.name for session in suite.sessions]
        suite.sessions.reset(name)
        return reply({"reset": names})

    return routes


def _allowed(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UsageError(
            "'allow' takes a list of mistakes, each as '<vendor>.<operation>:<outcome or status>' or '<METHOD> <path>'"
        )
    return tuple(value)
