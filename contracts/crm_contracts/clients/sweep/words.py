"""What a cell says, in few words, for all reports."""

from __future__ import annotations

from crm_contracts.reports.words import number, safe
from crm_contracts.clients.sweep.model import SweepResult, SweepOutcome

_GAPS = 3


def run(cell: SweepResult) -> str:
    """Return what the client did: how it ended, its further requests and their spacing."""
    run = cell.run
    words = [run.ending]
    if run.requests != 1:
        gaps = ", ".join(f"{gap:.1f}" for gap in run.gaps[:_GAPS]) + (", …" if len(run.gaps) > _GAPS else "")
        words.append(f"{number(run.requests, 'request')}" + (f" {gaps} s apart" if gaps else ""))
    if run.asked and run.requests > 1:
        words.append("came back too early" if run.hurried else "heeded Retry-After")
    words += [f"{count} more of {kind}" for kind, count in run.surplus.items()]
    return ", ".join(words)


def word(cell: SweepResult) -> str:
    """Return `ok` or `FAILED`."""
    return "ok" if cell.survived else "FAILED"


def summary(sweep: SweepOutcome) -> str:
    """Return what came of it."""
    if sweep.complaint:
        return f"Not swept: {safe(sweep.complaint)}"
    failing = len(sweep.failing)
    total = number(len(sweep.cells), "run")
    return f"Not survived: {failing} of {total}" if failing else f"Survived: {total}"
