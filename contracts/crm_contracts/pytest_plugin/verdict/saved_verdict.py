"""A verdict on sessions of in-process mocks, as the processes of a run pass it on."""

from __future__ import annotations

from dataclasses import dataclass

from crm_contracts.judge.verdict import Verdict


@dataclass(frozen=True)
class SavedVerdict:
    """A verdict on some sessions.

    Attributes:
        batch: identifies them; a later verdict with the same identifier replaces this one.
        verdict: the verdict.
    """

    batch: str
    verdict: Verdict
