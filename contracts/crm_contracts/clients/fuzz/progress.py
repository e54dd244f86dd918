"""The progress of a fuzz campaign."""

from __future__ import annotations

import time

from crm_contracts.clients.fuzz.search import FuzzProgress
from crm_contracts.report.text import plural
from crm_mocks.cli.progress import Progress


class FuzzLine:
    """Shows the progress of a campaign: responses, weaknesses, and the time left by count or by `--seconds`."""

    def __init__(self, shown: Progress, count: int, seconds: float | None) -> None:
        """Start with nothing done.

        Args:
            shown: where it is shown.
            count: number of cases to generate.
            seconds: time after which the campaign ends, if any.
        """
        self._shown = shown
        self._count = count
        self._seconds = seconds
        self._began: float | None = None
        self._campaign_began = time.monotonic()

    def __call__(self, progress: FuzzProgress) -> None:
        """Show the progress."""
        if self._began is None:
            self._shown.start("fuzz")
            self._began = time.monotonic()
        spent = (time.monotonic() - self._campaign_began) / self._seconds if self._seconds else 0.0
        note = f"{plural(progress.weaknesses, 'weakness', 'weaknesses')}; {progress.activity}"
        fraction = max(progress.cases / self._count, spent)
        self._shown.show(progress.cases, self._count, "responses", note=note, fraction=fraction)
