"""The verdict on the requests of all runs of a campaign, for its JSON report, which `crm-mocks coverage` merges."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from crm_contracts.judge.merge import EMPTY, merge
from crm_contracts.judge.sessions.session_judge import verdict_on_session
from crm_contracts.judge.sources import with_sources
from crm_contracts.judge.verdict import Verdict
from crm_mocks.asgi.mock_app import MockApp

_BATCH: Final = 100
"""Verdicts that are merged at a time, to bound memory."""


class CampaignTraffic:
    """Collects verdicts on sessions before they are reset for the next run."""

    def __init__(self, mock_app: MockApp, allowed: Collection[str] = ()) -> None:
        """Prepare to collect.

        Args:
            mock_app: the mocks.
            allowed: names of allowed mistakes.
        """
        self._mock_app = mock_app
        self._allowed = allowed
        self._verdicts: list[Verdict] = []

    def add(self, session: str, source: str, *, counted: bool = True) -> Verdict:
        """Add what a session recorded; return the verdict on it. Call this on the event loop of the mocks.

        Args:
            session: name of the session.
            source: name of the run.
            counted: it belongs to the total.
        """
        known = self._mock_app.sessions.find(session)
        if known is None or not known.journal.total:
            return EMPTY
        verdict = verdict_on_session(self._mock_app, known, (), self._allowed)
        if counted:
            self._verdicts.append(with_sources(verdict, {session: source}))
        if len(self._verdicts) >= _BATCH:
            self._verdicts = [merge(self._verdicts)]
        return verdict

    def total(self) -> Verdict:
        """Return the verdict on all runs."""
        return merge(self._verdicts)
