"""Ended sessions of in-process mocks, whose verdicts are saved for the verdict on the run, many at a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

import msgspec

from crm_contracts.judge.sessions.session_verdicts import check_vendors, judge_sessions
from crm_contracts.judge.verdict import Verdict
from crm_contracts.offline.bridge import AsgiBridge
from crm_contracts.pytest_plugin.verdict.saved_verdict import SavedVerdict

_BATCH: Final = 100
"""Number of sessions in a verdict, so that a crashed process loses the coverage of few tests."""

_NOT_JUDGED: Final = -1


class _Batch(msgspec.Struct):
    """Sessions that are judged together, with the number of exchanges that have been judged."""

    id: str
    judged: dict[str, int] = msgspec.field(default_factory=dict)


class EndedSessions:
    """The ended sessions of this process. Late requests and reruns change verdicts that have been saved already."""

    def __init__(
        self, bridge: AsgiBridge, vendors: tuple[str, ...], save: Callable[[SavedVerdict], None], batch: int
    ) -> None:
        """Start without sessions.

        Args:
            bridge: calls the mocks.
            vendors: vendors to compute coverage for.
            save: saves a verdict.
            batch: number of sessions in a verdict.

        Raises:
            UsageError: a vendor is unknown.
        """
        check_vendors(bridge.application.mock_app, vendors)
        self._bridge = bridge
        self._vendors = vendors
        self._save = save
        self._batch = batch
        self._batches = [_Batch(f"{os.getpid()}-1")]

    def add(self, session: str) -> None:
        """Add a session that has ended."""
        batch = self._batches[-1]
        batch.judged[session] = _NOT_JUDGED
        if len(batch.judged) >= self._batch:
            self._judge(batch)
            self._batches.append(_Batch(f"{os.getpid()}-{len(self._batches) + 1}"))

    def discard(self, session: str) -> None:
        """Leave a session out, since its test is run again."""
        for batch in self._batches:
            if batch.judged.pop(session, None) is not None and batch is not self._batches[-1]:
                self._judge(batch)

    def close(self) -> None:
        """Judge the sessions that have not been judged, or that late requests have come to since."""
        sessions = self._bridge.application.mock_app.sessions
        for batch in self._batches:
            found = {name: sessions.find(name) for name in batch.judged}
            totals = {name: session.journal.total for name, session in found.items() if session is not None}
            if totals != batch.judged:
                self._judge(batch)

    def _judge(self, batch: _Batch) -> None:
        mock_app = self._bridge.application.mock_app

        def judge() -> Verdict:
            found = [mock_app.sessions.find(name) for name in batch.judged]
            sessions = [session for session in found if session is not None]
            batch.judged = {session.name: session.journal.total for session in sessions}
            return judge_sessions(mock_app, sessions, self._vendors, ())

        self._save(SavedVerdict(batch.id, self._bridge.run(judge)))
