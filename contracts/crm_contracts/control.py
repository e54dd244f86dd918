"""`GET /__admin/verdict`: plugged into the control API by the entry point group `crm_mocks.admin`."""

from __future__ import annotations

import asyncio
from typing import Final

from flask import Flask, Response, request

from crm_contracts.reports import FORMATS, render
from crm_contracts.verdict.allow import check
from crm_contracts.verdict.evidence import evidence, nothing
from crm_contracts.verdict.judge import judge
from crm_contracts.verdict.merge import merge
from crm_contracts.verdict.model import Verdict
from crm_mocks.admin.json_responses import problem_response
from crm_mocks.admin.request_args import arguments, session_name
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.errors import UsageError
from crm_mocks.parsing.json_members import only
from crm_mocks.state.session import Session
from crm_mocks.state.session_registry import DEFAULT_SESSION

ALL_SESSIONS: Final = "*"
_AT_ONCE: Final = 100
"""Verdicts that are merged before other requests get their turn."""
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
        only(values, ("session", "format", "vendor", "allow"))
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
        return Response(render(found, wanted), content_type=FORMATS[wanted])


async def verdict_on(
    suite: MockApp, sessions: list[Session], vendors: list[str] | None = None, allow: list[str] | None = None
) -> Verdict:
    """Return the verdict on sessions; other requests get their turn meanwhile.

    Args:
        suite: whose sessions they are.
        sessions: what to judge.
        vendors: whose operations coverage is about; where none are named, the operations called.
        allow: names under which mistakes are allowed, beside those of the sessions.

    Raises:
        UsageError: a vendor or a mistake is not known.
    """
    named, allowed = vendors or [], allow or []
    unknown = sorted(set(named) - suite.vendors.keys())
    if unknown:
        raise UsageError(f"unknown vendor '{unknown[0]}': served are {', '.join(suite.vendors)}")
    check(allowed, suite.contracts.values())
    verdicts = [judge(nothing(suite.contracts), named, allowed)] if not sessions else []
    for session in sessions:
        verdicts.append(judge(evidence(suite, session), named, allowed))
        if len(verdicts) == _AT_ONCE:
            verdicts = [merge(verdicts)]
        await asyncio.sleep(0)
    return merge(verdicts)


def _unknown(suite: MockApp, name: str) -> str:
    used = sorted(session.name for session in suite.sessions)
    there_are = ", ".join(used[:_NAMED]) + (f" and {len(used) - _NAMED} more" if len(used) > _NAMED else "")
    hint = f"there are {there_are}" if used else "none has been used yet"
    return f"no request came to a session '{name}': {hint}; * is all of them"
