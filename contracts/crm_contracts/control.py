"""The direct routes `GET /__admin/verdict` and `POST /__admin/findings` of the control API.

The entry point group `crm_mocks.direct_routes` adds them.
"""

from __future__ import annotations

from typing import Final

from crm_contracts.judge.report import report
from crm_contracts.judge.sessions import findings_of, verdict_on
from crm_contracts.report.formats import FORMATS, render
from crm_mocks.admin.direct_routes import ControlRequest, ControlResponse, DirectRoute, DirectRoutes
from crm_mocks.admin.session_routes import allowed_mistakes
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import flag, reject_unknown
from crm_mocks.state.session_registry import DEFAULT_SESSION

ALL_SESSIONS: Final = "*"
_MAX_NAMES: Final = 20
"""Maximum number of sessions in a message."""


def direct_routes(suite: MockApp) -> DirectRoutes:
    """Return the routes.

    Args:
        suite: the mocks.
    """
    return {("GET", "/__admin/verdict"): _verdict(suite), ("POST", "/__admin/findings"): _findings(suite)}


def _verdict(suite: MockApp) -> DirectRoute:
    """Return the route with the verdict on a session, or on all."""

    async def verdict(request: ControlRequest) -> ControlResponse:
        values = request.arguments
        reject_unknown(values, ("session", "format", "vendor", "allow"))
        form = values.get("format", "json")
        if form not in FORMATS:
            raise UsageError(f"'format' takes one of {', '.join(FORMATS)}")
        name = request.session_name(values)
        session = suite.sessions.find(name)
        if session is None and name not in (ALL_SESSIONS, DEFAULT_SESSION):
            return ControlResponse.problem(404, _unknown(suite, name))
        sessions = list(suite.sessions) if name == ALL_SESSIONS else [session] if session is not None else []
        vendors = [vendor for value in request.values("vendor") for vendor in value.split(",")]
        judgement = await verdict_on(suite, sessions, vendors, request.values("allow"))
        return ControlResponse(render(report(judgement, "serve"), form).encode(), media_type=FORMATS[form].media_type)

    return verdict


def _findings(suite: MockApp) -> DirectRoute:
    """Return the route with the failing findings of a session, which can close the session too."""

    async def findings(request: ControlRequest) -> ControlResponse:
        values = request.json_object()
        reject_unknown(values, ("session", "allow", "close"))
        name = request.session_name(values)
        session = suite.sessions.find(name)
        if session is None and name != DEFAULT_SESSION:
            return ControlResponse.problem(404, _unknown(suite, name))
        found = findings_of(suite, session, allowed_mistakes(values) or ())
        if flag(values, "close"):
            suite.close_session(name)
        return ControlResponse.json(found.as_json())

    return findings


def _unknown(suite: MockApp, name: str) -> str:
    used = sorted(session.name for session in suite.sessions)
    names = ", ".join(used[:_MAX_NAMES]) + (f" and {len(used) - _MAX_NAMES} more" if len(used) > _MAX_NAMES else "")
    hint = f"there are {names}" if used else "no session has been used yet"
    return f"no request was sent to a session '{name}': {hint}; use * for all sessions"
