"""Judge several sessions of mocks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

from crm_contracts.judge.allow import check
from crm_contracts.judge.finding import Finding, Side
from crm_contracts.judge.journal import judge_session, verdict_on_session
from crm_contracts.judge.merge import merge
from crm_contracts.judge.plain_sessions import is_plain, judge_plain
from crm_contracts.judge.session_findings import SessionFindings
from crm_contracts.judge.session_record import empty_record, session_record
from crm_contracts.judge.verdict import Verdict
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.state.session import Session

_BATCH: Final = 100
"""Number of sessions judged at once."""


def findings_of(mock_app: MockApp, session: Session | None, allow: Sequence[str] = ()) -> SessionFindings:
    """Return the failing findings of a session; for arguments and errors, see `verdict_on`.

    Nearly all tests keep the contract, so the verdict is computed only if something broke.
    """
    check(allow, mock_app.contracts.values())
    if session is None:
        return SessionFindings(0)
    stats = session.journal.stats
    exchanges = sum(seen.count for seen in stats.exchanges.values())
    lost = (_loss(session.lost),) if session.lost else ()
    if not stats.violations and not stats.unmatched:
        return SessionFindings(exchanges, lost)
    return SessionFindings(exchanges, (*lost, *verdict_on_session(mock_app, session, (), allow).failing))


def _loss(message: str) -> Finding:
    """Return a finding that stands for requests of which nothing is known."""
    return Finding(Side.CLIENT, "", "", "state-lost", ("state",), message)


def check_vendors(mock_app: MockApp, names: Iterable[str]) -> None:
    """Reject names of vendors that are not served.

    Raises:
        UsageError: a vendor is unknown.
    """
    unknown = sorted(set(names) - mock_app.vendors.keys())
    if unknown:
        hint = did_you_mean(unknown[0], mock_app.vendors)
        raise UsageError(f"unknown vendor '{unknown[0]}'{hint}: served are {', '.join(mock_app.vendors)}")


async def verdict_on(
    mock_app: MockApp, sessions: list[Session], vendors: list[str] | None = None, allow: list[str] | None = None
) -> Verdict:
    """Return the verdict on sessions, yielding to other requests now and then.

    Args:
        mock_app: mocks of the sessions.
        sessions: sessions to judge.
        vendors: vendors whose operations count for coverage; if empty, the called operations count.
        allow: names of allowed mistakes, in addition to those of the sessions.

    Raises:
        UsageError: a vendor or the name of a mistake is unknown.
    """
    named, allowed = vendors or [], allow or []
    check_vendors(mock_app, named)
    check(allowed, mock_app.contracts.values())
    verdicts = [judge_session(empty_record(mock_app.contracts), named, allowed)] if not sessions else []
    for start in range(0, len(sessions), _BATCH):
        verdicts.append(judge_sessions(mock_app, sessions[start : start + _BATCH], named, allowed))
        await asyncio.sleep(0)
    return merge(verdicts)


def judge_sessions(
    mock_app: MockApp, sessions: Iterable[Session], vendors: Sequence[str], allowed: Sequence[str]
) -> Verdict:
    """Return the verdict on sessions without yielding to other requests; for the arguments, see `verdict_on`."""
    records = [session_record(mock_app, session) for session in sessions]
    plain = [record for record in records if is_plain(record)]
    others = [record for record in records if not is_plain(record)]
    verdicts = judge_plain(plain, vendors, allowed)
    return merge([*verdicts, *(judge_session(record, vendors, allowed) for record in others)])
