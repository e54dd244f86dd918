"""`GET /__admin/verdict`: plugged into the control API by the entry point group `crm_mocks.admin`."""

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
_NAMED: Final = 20
"""Sessions that a message names."""


def plug_in(app: Flask, suite: MockApp) -> None:
    """Add the route.

    Args:
        app: the control API.
        suite: whose sessions are judged.
    """

    @app.get("/__admin/verdict")
    async def verdict() -> Response:
        values = arguments()
        reject_unknown(values, ("session", "format", "vendor", "allow"))
        wanted = values.get("format", "json")
        if wanted not in FORMATS:
            raise UsageError(f"'format' takes one of {', '.join(FORMATS)}")
        name = session_name(values)
        known = suite.sessions.find(name)
        if known is None and name not in (ALL_SESSIONS, DEFAULT_SESSION):
            return problem_response(404, _unknown(suite, name))
        sessions = list(suite.sessions) if name == ALL_SESSIONS else [known] if known is not None else []
        vendors = [each for value in request.args.getlist("vendor") for each in value.split(",")]
        found = await verdict_on(suite, sessions, vendors, request.args.getlist("allow"))
        return Response(render(report(found, "serve"), wanted), content_type=FORMATS[wanted].media_type)


def _unknown(suite: MockApp, name: str) -> str:
    used = sorted(session.name for session in suite.sessions)
    there_are = ", ".join(used[:_NAMED]) + (f" and {len(used) - _NAMED} more" if len(used) > _NAMED else "")
    hint = f"there are {there_are}" if used else "none has been used yet"
    return f"no request came to a session '{name}': {hint}; * is all of them"
