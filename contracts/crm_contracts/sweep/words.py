"""What a cell says, in few words, for all reports."""

from __future__ import annotations

from crm_contracts.reports.words import number, safe
from crm_contracts.sweep.model import Cell, Sweep

_GAPS = 3


def did(cell: Cell) -> str:
    """Return what the client did: how it ended, its further requests and their spacing."""
    did = cell.did
    words = [did.ending]
    if did.requests != 1:
        gaps = ", ".join(f"{gap:.1f}" for gap in did.gaps[:_GAPS]) + (", …" if len(did.gaps) > _GAPS else "")
        words.append(f"{number(did.requests, 'request')}" + (f" {gaps} s apart" if gaps else ""))
    if did.asked and did.requests > 1:
        words.append("came back too early" if did.hurried else "heeded Retry-After")
    words += [f"{count} more of {kind}" for kind, count in did.surplus.items()]
    return ", ".join(words)


def word(cell: Cell) -> str:
    """Return `ok` or `FAILED`."""
    return "ok" if cell.survived else "FAILED"


def summary(sweep: Sweep) -> str:
    """Return what came of it."""
    if sweep.complaint:
        return f"Not swept: {safe(sweep.complaint)}"
    failing = len(sweep.failing)
    total = number(len(sweep.cells), "run")
    return f"Not survived: {failing} of {total}" if failing else f"Survived: {total}"
