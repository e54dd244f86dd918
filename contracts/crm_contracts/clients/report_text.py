"""Parts of reports that sweep and fuzz share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from crm_contracts.clients.model import BaselineRun, CampaignResult
from crm_contracts.clients.reactions import Reaction
from crm_contracts.judge.allow import allow_line
from crm_contracts.judge.finding import Finding, Standing
from crm_contracts.judge.reports.finding_item import finding_item
from crm_contracts.judge.reports.finding_text import basis_text, owner
from crm_contracts.report.checks import Check, CheckStatus
from crm_contracts.report.document import BulletList, Fact, FindingItem, ReportSection
from crm_contracts.report.spans import Code, Tone
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


def failure_facts(finding: Finding) -> Iterator[Fact]:
    """Yield the position that a failure rests on, if any, and how to allow the failure."""
    if finding.basis.kind is BasisKind.POSITION:
        yield Fact("basis", basis_text(finding.basis, finding.vendor))
    if finding.fails:
        yield Fact("allow it", Code(allow_line(finding)))


def reactions_section(result: CampaignResult) -> ReportSection:
    """Return the section of requests that broke the contract, each with the response that led to it."""
    failing = any(each.finding.fails for each in result.reactions)
    tone = Tone.BAD if failing else Tone.NEUTRAL
    return ReportSection("Requests that break the contract", tuple(map(_reaction_item, result.reactions)), tone=tone)


def _reaction_item(reaction: Reaction) -> FindingItem:
    runs = dict.fromkeys(zip((each.source for each in reaction.finding.occurrences), reaction.after, strict=True))
    item = finding_item(reaction.finding)
    facts = (Fact("in", source + (f", after {after}" if after else "")) for source, after in runs)
    return replace(item, facts=(*facts, *item.facts))


def reaction_checks(result: CampaignResult, suite: str) -> Iterator[Check]:
    """Yield a check for each rule that requests broke."""
    for each in result.reactions:
        finding = each.finding
        status = CheckStatus.FAILED if finding.fails else CheckStatus.SKIPPED
        name = f"{owner(finding)}: {finding.rule} at {'.'.join(finding.location)}"
        runs = zip(finding.occurrences, each.after, strict=True)
        details = "\n".join(f"in {run.source}{f', after {after}' if after else ''}" for run, after in runs)
        yield Check(suite, "requests", name, status, finding.message, type=finding.rule, details=details)


def resolved_section(result: CampaignResult) -> ReportSection:
    """Return the section of baseline entries that no longer fail."""
    items = tuple(
        (Code(each.operation), f" {each.rule}: {', '.join(each.location)}") for each in result.case_verdict.resolved
    )
    return ReportSection("Fixed since the baseline", (BulletList(items),) if items else (), folded=True)
