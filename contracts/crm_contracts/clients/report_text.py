"""Parts of reports that sweep and fuzz share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crm_contracts.clients.model import BaselineRun, CampaignResult
from crm_contracts.judge.allow import allow_line
from crm_contracts.judge.finding import Finding, Standing
from crm_contracts.judge.finding_text import basis_text
from crm_contracts.report.document import BulletList, Code, Fact, ReportSection
from crm_mocks.basis import BasisKind

APART: Final = {
    (Standing.ASSUMPTION,): "Assumptions: the response rests on positions of ours only",
    (Standing.ALLOWED, Standing.KNOWN): "Failed, but allowed or known",
}
"""Headings of failures that do not count, by their standing."""


def describe_baseline(run: BaselineRun) -> str:
    """Return what the client did in the baseline run."""
    ending = "stopped" if run.stopped else run.signal or f"exit {run.code}"
    called = [f"{key} ×{count}" + _outcomes(run, key) for key, count in run.requests.items()]
    return f"baseline run: {ending} after {run.seconds:.1f} s; called {', '.join(called) or 'nothing'}"


def _outcomes(run: BaselineRun, operation: str) -> str:
    outcomes = run.outcomes.get(operation)
    return f" ({', '.join(outcomes)})" if outcomes else ""


def finding_facts(finding: Finding) -> Iterator[Fact]:
    """Yield the position that a failure rests on, if any, and how to allow the failure."""
    if finding.basis.kind is BasisKind.POSITION:
        yield Fact("basis", basis_text(finding.basis))
    if finding.fails:
        yield Fact("allow it", Code(allow_line(finding)))


def resolved_section(result: CampaignResult) -> ReportSection:
    """Return the section of baseline entries that no longer fail."""
    items = tuple(
        (Code(each.operation), f" {each.rule}: {', '.join(each.location)}") for each in result.case_verdict.resolved
    )
    return ReportSection("Fixed since the baseline", (BulletList(items),) if items else (), folded=True)
