"""Verdicts and findings on sessions of mocks, for the control API and the fixtures."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

import msgspec

from crm_contracts.judge.allow import check_names
from crm_contracts.judge.finding import Finding, Side
from crm_contracts.judge.merge import merge
from crm_contracts.judge.sessions.plain_sessions import is_plain, judge_plain
from crm_contracts.judge.sessions.session_findings import SessionFindings
from crm_contracts.judge.sessions.session_judge import judge_session
from crm_contracts.judge.sessions.session_record import SessionRecord, empty_record, session_record
from crm_contracts.judge.verdict import Verdict
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.off_loop import off_loop
from crm_mocks.state.session import Session
from crm_mocks.state.stats import SessionStats

_BATCH: Final = 100
"""Number of sessions judged at once."""

_LIGHT: Final = 10
"""Maximum number of sessions, and of what there is to describe in them, for which starting a thread is not worth it."""

_SLICE: Final = 10
"""Number of sessions recorded before other requests are served."""


def findings_of(mock_app: MockApp, session: Session | None, allow: Sequence[str] = ()) -> SessionFindings:
    """Return the failing findings of a session; for arguments and errors, see `verdict_on`."""
    found = start_findings(mock_app, session, allow)
    return found.judge() if isinstance(found, PendingFindings) else found


def start_findings(
    mock_app: MockApp, session: Session | None, allow: Sequence[str] = ()
) -> SessionFindings | PendingFindings:
    """Return the failing findings of a session, or what another thread can judge if something broke.

    Nearly all tests keep the contract, and their sessions need no verdict. For arguments and errors, see `verdict_on`.
    """
    check_names(allow, mock_app.contracts.values())
    if session is None:
        return SessionFindings(0)
    stats = session.journal.stats
    exchanges = sum(seen.count for seen in stats.exchanges.values())
    lost = (_loss(session.lost),) if session.lost else ()
    if not stats.violations and not stats.unmatched:
        return SessionFindings(exchanges, lost)
    return PendingFindings(exchanges, session_record(mock_app, session, snapshot=True), tuple(allow), lost)


class PendingFindings(msgspec.Struct, frozen=True):
    """A session in which something broke, to be judged in any thread.

    Attributes:
        exchanges: number of requests.
        record: record of the session, which stays as it is.
        allow: names of allowed mistakes.
        lost: findings that stand for requests of which nothing is known.
    """

    exchanges: int
    record: SessionRecord
    allow: tuple[str, ...]
    lost: tuple[Finding, ...]

    def judge(self) -> SessionFindings:
        """Return the failing findings."""
        return SessionFindings(self.exchanges, (*self.lost, *judge_session(self.record, (), self.allow).failing))


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
    """Return the verdict on sessions, computed in another thread if it takes long.

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
    check_names(allowed, mock_app.contracts.values())
    if not sessions:
        return judge_session(empty_record(mock_app.contracts), named, allowed)
    verdicts: list[Verdict] = []
    for start in range(0, len(sessions), _BATCH):
        records: list[SessionRecord] = []
        for first in range(start, min(start + _BATCH, len(sessions)), _SLICE):
            records += [
                session_record(mock_app, session, snapshot=True)
                for session in sessions[first : min(first + _SLICE, start + _BATCH)]
            ]
            await asyncio.sleep(0)
        judge = partial(_judge_records, records, named, allowed)
        is_light = len(records) <= _LIGHT and sum(map(_weight, records)) <= _LIGHT
        verdicts.append(judge() if is_light else await off_loop(judge))
    return merge(verdicts) if len(verdicts) == 1 else await off_loop(partial(merge, verdicts))


def _weight(record: SessionRecord) -> int:
    """Return how much there is to describe in the verdict on a session."""
    return places(record.stats) + len(record.pending)


def places(stats: SessionStats) -> int:
    """Return the number of places in which something about a session is to be said."""
    return len(stats.violations) + len(stats.notices) + len(stats.unmatched)


def judge_sessions(
    mock_app: MockApp, sessions: Iterable[Session], vendors: Sequence[str], allowed: Sequence[str]
) -> Verdict:
    """Return the verdict on sessions, computed in this thread; for the arguments, see `verdict_on`."""
    return _judge_records([session_record(mock_app, session) for session in sessions], vendors, allowed)


def _judge_records(records: Sequence[SessionRecord], vendors: Sequence[str], allowed: Sequence[str]) -> Verdict:
    plain = [record for record in records if is_plain(record)]
    others = [record for record in records if not is_plain(record)]
    verdicts = judge_plain(plain, vendors, allowed)
    return merge([*verdicts, *(judge_session(record, vendors, allowed) for record in others)])
