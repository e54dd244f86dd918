"""The route `GET /__admin/verdict`, added to the control API through the entry point group `crm_mocks.admin`."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, request

from crm_contracts.judge.report import report
from crm_contracts.judge.sessions import verdict_on
from crm_contracts.report.formats import FORMATS, render
from crm_mocks.admin.json_responses import problem_response
from crm_mocks.admin.request_args import arguments, session_name
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import reject_unknown
from crm_mocks.state.session_registry import DEFAULT_SESSION

ALL_SESSIONS: Final = "*"
_MAX_NAMES: Final = 20
"""Maximum number of sessions in a message."""


def plug_in(app: Flask, suite: MockApp) -> None:
    """Add the route.

    Args:
        app: application of the control API.
        suite: the mocks.
    """

    @app.get("/__admin/verdict")
    async def verdict() -> Response:
        values = arguments()
        reject_unknown(values, ("session", "format", "vendor", "allow"))
        form = values.get("format", "json")
        if form not in FORMATS:
            raise UsageError(f"'format' takes one of {', '.join(FORMATS)}")
        name = session_name(values)
        session = suite.sessions.find(name)
        if session is None and name not in (ALL_SESSIONS, DEFAULT_SESSION):
            return problem_response(404, _unknown(suite, name))
        sessions = list(suite.sessions) if name == ALL_SESSIONS else [session] if session is not None else []
        vendors = [vendor for value in request.args.getlist("vendor") for vendor in value.split(",")]
        judgement = await verdict_on(suite, sessions, vendors, request.args.getlist("allow"))
        return Response(render(report(judgement, "serve"), form), content_type=FORMATS[form].media_type)


def _unknown(suite: MockApp, name: str) -> str:
    used = sorted(session.name for session in suite.sessions)
    names = ", ".join(used[:_MAX_NAMES]) + (f" and {len(used) - _MAX_NAMES} more" if len(used) > _MAX_NAMES else "")
    hint = f"there are {names}" if used else "no session has been used yet"
    return f"no request was sent to a session '{name}': {hint}; use * for all sessions"
