"""The baseline of a run: findings that do not fail it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm_contracts.judge.baseline_entry import BaselineEntry
    from crm_contracts.judge.finding import Finding
    from crm_contracts.judge.verdict import Verdict


class KnownFindings:
    """Findings of a baseline, which is read when a verdict is first compared with it."""

    def __init__(self, path: Path | None) -> None:
        """Read nothing yet.

        Args:
            path: the baseline, or `None`.
        """
        self._path = path

    @cached_property
    def _entries(self) -> tuple[BaselineEntry, ...]:
        from crm_contracts.judge import baseline

        return baseline.read(self._path) if self._path is not None else ()

    def marked_in(self, verdict: Verdict) -> Verdict:
        """Return a verdict with the known findings marked.

        Raises:
            UsageError: the baseline cannot be read.
        """
        if self._path is None:
            return verdict
        from crm_contracts.judge import baseline

        return baseline.apply(verdict, self._entries)

    def without_known(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Return those of the failing findings that are not known.

        Raises:
            UsageError: the baseline cannot be read.
        """
        from crm_contracts.judge.verdict import Verdict

        return self.marked_in(Verdict(findings=findings)).failing
