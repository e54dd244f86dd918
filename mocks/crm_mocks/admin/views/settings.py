"""Clock and settings of a session: POST clock, GET and PUT settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from crm_mocks.admin.json_responses import json_response
from crm_mocks.admin.request_args import arguments, json_object, session_name
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import reject_unknown
from crm_mocks.settings import as_json
from crm_mocks.state.clock import parse_moment


def blueprint(mock_app: MockApp) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("settings", __name__)

    @routes.post("/clock")
    async def clock() -> Response:
        values = json_object()
        reject_unknown(values, ("session", "set", "advance_seconds"))
        moment, seconds = values.get("set"), values.get("advance_seconds")
        if (moment is None) == (seconds is None):
            raise UsageError("give either 'set' or 'advance_seconds'")
        name = session_name(values)
        session_clock = mock_app.sessions.get(name).clock
        if moment is not None:
            session_clock.set(parse_moment(moment))
        else:
            session_clock.advance(_seconds(seconds))
        return json_response({"session": name, "now": session_clock.now().isoformat()})

    @routes.get("/settings")
    async def show_settings() -> Response:
        values = arguments()
        reject_unknown(values, ("session",))
        session = mock_app.sessions.find(session_name(values))
        return json_response(as_json(session.settings if session is not None else mock_app.settings))

    @routes.put("/settings")
    async def change_settings() -> Response:
        values = arguments()
        reject_unknown(values, ("session",))
        session = mock_app.sessions.get(session_name(values))
        session.change_settings(_by_key(json_object()))
        return json_response(as_json(session.settings))

    return routes


def _seconds(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise UsageError("'advance_seconds' must be a number")
    return value


def _by_key(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings by `<vendor>.<name>`; the body may use that form or one section per vendor."""
    by_key: dict[str, Any] = {}
    for key, value in body.items():
        if "." in key:
            by_key[key] = value
        elif isinstance(value, dict):
            by_key.update({f"{key}.{name}": inner for name, inner in value.items()})
        else:
            raise UsageError(f"'{key}' is not a setting: use \"<vendor>.<name>\": value")
    return by_key
