"""A verdict on sessions of in-process mocks, as the processes of a run pass it on."""

from __future__ import annotations

import msgspec

from crm_contracts.judge.verdict import Verdict


class SavedVerdict(msgspec.Struct, frozen=True):
    """A verdict on some sessions.

    Attributes:
        batch: identifies them; a later verdict with the same identifier replaces this one.
        verdict: the verdict.
    """

    batch: str
    verdict: Verdict
