"""The verdict on several sessions of mocks."""

from __future__ import annotations

import asyncio
from typing import Final

from crm_contracts.judge.allow import check
from crm_contracts.judge.journal import judge_session, verdict_on_session
from crm_contracts.judge.merge import merge
from crm_contracts.judge.session_record import unused_session
from crm_contracts.judge.verdict import Verdict
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.errors import UsageError
from crm_mocks.state.session import Session

_BATCH: Final = 100
"""Verdicts that are merged before other requests get their turn."""


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
    verdicts = [judge_session(unused_session(suite.contracts), named, allowed)] if not sessions else []
    for session in sessions:
        verdicts.append(verdict_on_session(suite, session, named, allowed))
        if len(verdicts) == _BATCH:
            verdicts = [merge(verdicts)]
        await asyncio.sleep(0)
    return merge(verdicts)
