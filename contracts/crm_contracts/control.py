"""The direct routes `GET /__admin/verdict` and `POST /__admin/findings` of the control API.

The entry point group `crm_mocks.direct_routes` adds them, `crm_mocks.admin_contracts` their contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

from crm_contracts.judge.merge import merge
from crm_contracts.judge.sessions.session_verdicts import PendingFindings, findings, verdict_on
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

_MAX_NAMES: Final = 20
"""Maximum number of sessions in a message."""


def direct_routes(suite: MockApp) -> DirectRoutes:
    """Return the routes.

    Args:
        suite: the mocks.
    """
    suite.calls.update(
        {
            _VERDICT: partial(_verdict_here, suite),
            _NAMES: partial(_names_here, suite),
            _EXPECT: suite.expected_url,
        }
    )
    return {("GET", "/__admin/verdict"): _verdict(suite), ("POST", "/__admin/findings"): _findings(suite)}


def contract() -> dict[str, Any]:
    """Return the contract of the routes, a part of that of the control API."""
    return read_part(Path(__file__).with_name("control_contract.yaml"))


def _verdict(suite: MockApp) -> DirectRoute:
    """Return the route with the verdict on a session, or on all."""

    async def verdict(request: ControlRequest) -> ControlResponse:
        values = request.arguments
        reject_unknown(values, ("session", "format", "vendor", "allow"))
        form = values.get("format", _JSON)
        if form not in FORMATS:
            raise UsageError(f"'format' takes one of {', '.join(FORMATS)}")
        name = request.session_name(values)
        session = suite.sessions.find(name)
        if session is None and name not in (ALL_SESSIONS, DEFAULT_SESSION):
            return ControlResponse.problem(404, await _unknown(suite, name))
        vendors = [vendor for value in request.values("vendor") for vendor in value.split(",")]
        allowed = request.values("allow")
        if name == ALL_SESSIONS:
            judgement = await _verdict_on_all(suite, vendors, allowed)
        else:
            judgement = await verdict_on(suite, [session] if session is not None else [], vendors, allowed)
        described = len(judgement.findings) + len(judgement.notices) + len(judgement.unused)
        rendered = partial(_rendered, judgement, form)
        is_light = form == _JSON and described <= _LIGHT  # the other formats are slow to import
        body = rendered() if is_light else await off_loop(rendered)
        return ControlResponse(body, media_type=FORMATS[form].media_type)

    return verdict


def _rendered(judgement: Verdict, form: str) -> bytes:
    if form == _JSON:
        return render_data(judgement.as_json(), _COMMAND).encode()
    from crm_contracts.judge.reports.verdict_report import report  # tests ask for JSON

    return render(report(judgement, _COMMAND), form).encode()


def _findings(suite: MockApp) -> DirectRoute:
    """Return the route with the failing findings of a session, which can close it, and open that of the next test."""

    async def failing(request: ControlRequest) -> ControlResponse:
        values = request.json_object()
        reject_unknown(values, ("session", "allow", "close", "next"))
        following = mapping(values, "next")
        expected = _expected(following) if following is not None else None
        name = request.session_name(values)
        session = suite.sessions.find(name)
        if session is None and name != DEFAULT_SESSION:
            return ControlResponse.problem(404, await _unknown(suite, name))
        pending = findings(suite, session, allowed_mistakes(values) or ())
        if flag(values, "close"):  # when the response has left, since the client waits for it
            suite.sessions.when_idle(partial(suite.close_session, name))
        found = await off_loop(pending) if isinstance(pending, PendingFindings) else pending()
        members = found.as_json()
        if expected is not None:
            members["next_url"] = await _expect(suite, expected, request.base_url)
        return ControlResponse.json(members)

    return failing


def _expected(values: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return name and allowed violations of the session of the next test.

    Raises:
        UsageError: a member is invalid.
    """
    reject_unknown(values, ("session", "allow"))
    name = required_string(values, "session")
    check_session_name(name)
    return name, allowed_mistakes(values) or ()


async def _expect(suite: MockApp, expected: tuple[str, tuple[str, ...]], base_url: str) -> str | None:
    name, allowed = expected
    if suite.peers is None:
        return await suite.expected_url(name, base_url, allowed)
    url: str | None = await suite.peers.call_owner(name, _EXPECT, name, base_url, allowed)
    return url


async def _verdict_on_all(suite: MockApp, vendors: list[str], allowed: list[str]) -> Verdict:
    if suite.peers is None:
        return _with_losses(await verdict_on(suite, list(suite.sessions), vendors, allowed))
    verdicts = [each for each in await suite.peers.gather(_VERDICT, vendors, allowed) if each is not None]
    return merge(verdicts) if verdicts else await verdict_on(suite, [], vendors, allowed)


async def _verdict_here(suite: MockApp, vendors: list[str], allowed: list[str]) -> Verdict | None:
    """Return the verdict on the sessions of this process, or `None` if it has none."""
    sessions = list(suite.sessions)
    return _with_losses(await verdict_on(suite, sessions, vendors, allowed)) if sessions else None


def _with_losses(verdict: Verdict) -> Verdict:
    """Return a verdict that says what is missing in the journal file of this process."""
    missing = missing_lines()
    return replace(verdict, complaints=(*verdict.complaints, *missing)) if missing else verdict


async def _names_here(suite: MockApp) -> list[str]:
    return [session.name for session in suite.sessions]


async def _unknown(suite: MockApp, name: str) -> str:
    found = [await _names_here(suite)] if suite.peers is None else await suite.peers.gather(_NAMES)
    used = sorted(chain.from_iterable(found))
    names = ", ".join(used[:_MAX_NAMES]) + (f" and {len(used) - _MAX_NAMES} more" if len(used) > _MAX_NAMES else "")
    hint = f"there are {names}" if used else "no session has been used yet"
    return f"no request was sent to a session '{name}': {hint}; use * for all sessions"
