"""The direct routes `GET /__admin/verdict` and `POST /__admin/findings` of the control API.

The entry point group `crm_mocks.direct_routes` adds them, `crm_mocks.admin_contracts` their contract.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

from crm_contracts.judge.merge import merge
from crm_contracts.judge.sessions.session_verdicts import PendingFindings, places, start_findings, verdict_on
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.formats import FORMATS, render
from crm_contracts.report.json_document import render_data
from crm_mocks.admin.api_contract import read_part
from crm_mocks.admin.direct_routes import ControlRequest, ControlResponse, DirectRoute, DirectRoutes
from crm_mocks.admin.session_routes import allowed_mistakes
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.errors import UsageError
from crm_mocks.files.line_file import missing_lines
from crm_mocks.off_loop import off_loop
from crm_mocks.parsing.json_members import flag, mapping, reject_unknown, required_string
from crm_mocks.per_loop import PerLoop
from crm_mocks.state.session import Session
from crm_mocks.state.session_registry import DEFAULT_SESSION, check_session_name

ALL_SESSIONS: Final = "*"
_VERDICT: Final = "verdict"
_NAMES: Final = "names of sessions"
_EXPECT: Final = "expect a session"
_JSON: Final = "json"
_COMMAND: Final = "serve"
"""Name of the command in reports."""

_LIGHT: Final = 10
"""Maximum number of entries of a report for which starting a thread is not worth it."""

_turns: Final = PerLoop(asyncio.Lock)

_MAX_NAMES: Final = 20
"""Maximum number of sessions in a message."""


def direct_routes(mock_app: MockApp) -> DirectRoutes:
    """Return the routes, and let other workers call what they need of this one.

    Args:
        mock_app: the mocks.
    """
    mock_app.calls.update(
        {
            _VERDICT: partial(_verdict_here, mock_app),
            _NAMES: partial(_names_here, mock_app),
            _EXPECT: mock_app.expected_url,
        }
    )
    return {
        ("GET", "/__admin/verdict"): _verdict_route(mock_app),
        ("POST", "/__admin/findings"): _findings_route(mock_app),
    }


def contract() -> dict[str, Any]:
    """Return the contract of the routes, a part of that of the control API."""
    return read_part(Path(__file__).with_name("control_contract.yaml"))


def _verdict_route(mock_app: MockApp) -> DirectRoute:
    """Return the route with the verdict on a session, or on all."""

    async def respond(request: ControlRequest) -> ControlResponse:
        values = request.arguments
        reject_unknown(values, ("session", "format", "vendor", "allow"))
        report_format = values.get("format", _JSON)
        if report_format not in FORMATS:
            raise UsageError(f"'format' takes one of {', '.join(FORMATS)}")
        name = request.session_name(values)
        session = mock_app.sessions.find(name)
        if session is None and name not in (ALL_SESSIONS, DEFAULT_SESSION):
            return ControlResponse.problem(404, await _unknown_session(mock_app, name))
        vendors = [vendor for value in request.values("vendor") for vendor in value.split(",")]
        allowed = request.values("allow")
        async with _turn(session, is_long=name == ALL_SESSIONS):
            if name == ALL_SESSIONS:
                verdict = await _verdict_on_all(mock_app, vendors, allowed)
            else:
                verdict = await verdict_on(mock_app, [session] if session is not None else [], vendors, allowed)
            described = len(verdict.findings) + len(verdict.notices) + len(verdict.unused)
            is_light = report_format == _JSON and described <= _LIGHT  # the other formats are slow to import
            rendering = partial(_rendered, verdict, report_format)
            body = rendering() if is_light else await off_loop(rendering)
        return ControlResponse(body, media_type=FORMATS[report_format].media_type)

    return respond


def _turn(session: Session | None, *, is_long: bool = False) -> AbstractAsyncContextManager[object]:
    """Let what takes long be judged and rendered one after the other: those that wait hold nothing of a session yet.

    Args:
        session: session to be judged, or `None`.
        is_long: it takes long in any case.
    """
    if is_long or (session is not None and places(session.journal.stats) > _LIGHT):
        return _turns.get()
    return nullcontext()


def _rendered(verdict: Verdict, report_format: str) -> bytes:
    if report_format == _JSON:
        return render_data(verdict.as_json(), _COMMAND).encode()
    from crm_contracts.judge.reports.verdict_report import report  # tests ask for JSON

    return render(report(verdict, _COMMAND), report_format).encode()


def _findings_route(mock_app: MockApp) -> DirectRoute:
    """Return the route with the failing findings of a session, which can close it, and open that of the next test."""

    async def respond(request: ControlRequest) -> ControlResponse:
        values = request.json_object()
        reject_unknown(values, ("session", "allow", "close", "next"))
        following = mapping(values, "next")
        next_session = _next_session(following) if following is not None else None
        name = request.session_name(values)
        session = mock_app.sessions.find(name)
        if session is None and name != DEFAULT_SESSION:
            return ControlResponse.problem(404, await _unknown_session(mock_app, name))
        allowed = allowed_mistakes(values) or ()
        async with _turn(session):
            found = start_findings(mock_app, session, allowed)
            if flag(values, "close"):  # when the response has left, since the client waits for it
                mock_app.sessions.when_idle(partial(mock_app.close_session, name))
            judged = await off_loop(found.judge) if isinstance(found, PendingFindings) else found
            members = judged.as_json()
        if next_session is not None:
            members["next_url"] = await _url_of(mock_app, next_session, request.base_url)
        return ControlResponse.json(members)

    return respond


def _next_session(values: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return name and allowed violations of the session of the next test.

    Raises:
        UsageError: a member is invalid.
    """
    reject_unknown(values, ("session", "allow"))
    name = required_string(values, "session")
    check_session_name(name)
    return name, allowed_mistakes(values) or ()


async def _url_of(mock_app: MockApp, next_session: tuple[str, tuple[str, ...]], base_url: str) -> str | None:
    """Return the URL of the session of the next test, which is opened when it is used; `None` if it cannot have one."""
    name, allowed = next_session
    if mock_app.peers is None:
        return await mock_app.expected_url(name, base_url, allowed)
    url: str | None = await mock_app.peers.call_owner(name, _EXPECT, name, base_url, allowed)
    return url


async def _verdict_on_all(mock_app: MockApp, vendors: list[str], allowed: list[str]) -> Verdict:
    if mock_app.peers is None:
        return _with_losses(await verdict_on(mock_app, list(mock_app.sessions), vendors, allowed))
    verdicts = [each for each in await mock_app.peers.gather(_VERDICT, vendors, allowed) if each is not None]
    return merge(verdicts) if verdicts else await verdict_on(mock_app, [], vendors, allowed)


async def _verdict_here(mock_app: MockApp, vendors: list[str], allowed: list[str]) -> Verdict | None:
    """Return the verdict on the sessions of this process, or `None` if it has none."""
    sessions = list(mock_app.sessions)
    return _with_losses(await verdict_on(mock_app, sessions, vendors, allowed)) if sessions else None


def _with_losses(verdict: Verdict) -> Verdict:
    """Return a verdict that says what is missing in the journal file of this process."""
    missing = missing_lines()
    return replace(verdict, complaints=(*verdict.complaints, *missing)) if missing else verdict


async def _names_here(mock_app: MockApp) -> list[str]:
    return [session.name for session in mock_app.sessions]


async def _unknown_session(mock_app: MockApp, name: str) -> str:
    found = [await _names_here(mock_app)] if mock_app.peers is None else await mock_app.peers.gather(_NAMES)
    used = sorted(chain.from_iterable(found))
    names = ", ".join(used[:_MAX_NAMES]) + (f" and {len(used) - _MAX_NAMES} more" if len(used) > _MAX_NAMES else "")
    hint = f"there are {names}" if used else "no session has been used yet"
    return f"no request was sent to a session '{name}': {hint}; use * for all sessions"
