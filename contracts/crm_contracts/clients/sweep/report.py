"""The report of a sweep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from crm_contracts.clients.report_text import (
    APART,
    describe_baseline,
    reaction_checks,
    reactions_section,
    resolved_section,
)
from crm_contracts.clients.sweep.failure_items import failure_items, failures
from crm_contracts.clients.sweep.model import SweepCampaignResult, SweepResult
from crm_contracts.judge.finding import Standing
from crm_contracts.judge.reports.verdict_report import contract_facts
from crm_contracts.report.checks import Check, CheckStatus
from crm_contracts.report.document import (
    Block,
    BulletList,
    CodeBlock,
    Paragraph,
    Report,
    ReportSection,
    Table,
    TableCell,
    table,
)
from crm_contracts.report.spans import Tone
from crm_contracts.report.text import plural
from crm_mocks.state.retry_after import RETRY_AFTER_RULE

_OFTEN: Final = ("once", "always")
_GAPS: Final = 3
_ACCEPTED: Final = (Standing.ALLOWED, Standing.KNOWN)
_SUITE: Final = "crm-mocks sweep"


def report(sweep: SweepCampaignResult) -> Report:
    """Return the report of a sweep."""
    word, summary = _verdict(sweep)
    return Report(
        command="sweep",
        title="",
        word=word,
        passed=sweep.exit_code == 0,
        tone=Tone.WARNING if sweep.excused else None,
        summary=summary,
        introduction=(describe_baseline(sweep.baseline),),
        sections=tuple(_sections(sweep)),
        metadata=tuple(contract_facts(sweep.client_verdict)),
        checks=tuple(_checks(sweep)),
        data=sweep.as_json(),
    )


def _verdict(sweep: SweepCampaignResult) -> tuple[str, str]:
    if sweep.complaint:
        return "Not swept", sweep.complaint
    if sweep.idle and not sweep.broke_contract:
        return "Nothing to do", sweep.idle
    failing = len(sweep.failing)
    total = plural(len(sweep.cells), "run") + sweep.in_shard
    if not failing and not sweep.broke_contract:
        return "Survived", total + _uncounted(sweep, "of them")
    broken = sum(each.finding.fails for each in sweep.reactions)
    requests = f"; its requests break {plural(broken, 'rule')}" if broken else ""
    return "Not survived", f"{failing} of {total} failed{_uncounted(sweep, 'more')}{requests}"


def _uncounted(sweep: SweepCampaignResult, which: str) -> str:
    """Return how many runs failed in a way that does not count, and why not."""
    apart = [cell for cell in sweep.cells if not cell.passed and not cell.fails]
    counts = Counter("as allowed or known" if cell.standing in _ACCEPTED else "on assumptions only" for cell in apart)
    parts = [f"{count} {which} failed {why}" for why, count in counts.items()]
    return f"; {' and '.join(parts)}, which does not count" if parts else ""


def _sections(sweep: SweepCampaignResult) -> Iterator[ReportSection]:
    if sweep.complaint:
        yield ReportSection("Output of the baseline run", (CodeBlock(sweep.baseline.output, folded=False),))
    yield ReportSection("Failed", failure_items(sweep, Standing.FAILS), tone=Tone.BAD)
    yield reactions_section(sweep)
    for standings, heading in APART.items():
        yield ReportSection(heading, failure_items(sweep, *standings), folded=True)
    yield resolved_section(sweep)
    for operation in sweep.operations:
        yield ReportSection(operation, (_matrix(sweep, operation),))
    yield ReportSection("Notes", (BulletList(sweep.notes),))


def _matrix(sweep: SweepCampaignResult, operation: str) -> Table:
    return table(
        ("case", *_OFTEN),
        ([label, *(_cell(cells.get(often)) for often in _OFTEN)] for label, cells in sweep.rows(operation)),
        folded=True,
    )


def _cell(cell: SweepResult | None) -> TableCell:
    if cell is None:
        return TableCell("-")
    if cell.passed:
        return TableCell(f"ok {_behaviour(cell)}", Tone.GOOD)
    why: tuple[Block, ...] = (Paragraph(failures(cell)),)
    if not cell.fails:
        return TableCell(f"{cell.standing} {_behaviour(cell)}", Tone.QUIET, details=why)
    return TableCell(f"FAILED {_behaviour(cell)}", Tone.BAD, details=why)


def _behaviour(cell: SweepResult) -> str:
    """Return what the client did: how it ended, its further requests and their spacing."""
    run = cell.run
    words = [run.ending]
    if run.requests != 1:
        gaps = ", ".join(f"{gap:.1f}" for gap in run.gaps[:_GAPS]) + (", …" if len(run.gaps) > _GAPS else "")
        words.append(f"{plural(run.requests, 'request')}" + (f" {gaps} s apart" if gaps else ""))
    if run.retry_after and run.requests > 1:
        words.append("retried too early" if run.early_retry else "waited for Retry-After")
    words += [f"{count} more of {kind}" for kind, count in run.extra_records.items()]
    words += ["broke the contract"] if any(each.finding.rule != RETRY_AFTER_RULE for each in run.reactions) else []
    return ", ".join(words)


def _checks(sweep: SweepCampaignResult) -> Iterator[Check]:
    if sweep.complaint:
        yield Check(
            _SUITE,
            "sweep",
            "the baseline run",
            CheckStatus.SKIPPED if sweep.excused else CheckStatus.FAILED,
            sweep.complaint,
            type="baseline run",
            details=sweep.baseline.output,
            seconds=sweep.baseline.seconds,
        )
    if sweep.idle:
        yield Check(_SUITE, "sweep", "the shard", CheckStatus.SKIPPED, sweep.idle)
    yield from reaction_checks(sweep, _SUITE)
    for cell in sweep.cells:
        name = (_SUITE, cell.case.operation, f"{cell.case.label}, {cell.case.often}")
        if cell.passed:
            yield Check(*name, message=_behaviour(cell), seconds=cell.run.seconds)
        elif not cell.fails:
            yield Check(*name, CheckStatus.SKIPPED, f"{cell.standing}: {failures(cell)}", seconds=cell.run.seconds)
        else:
            yield Check(
                *name,
                CheckStatus.FAILED,
                failures(cell),
                type="not survived",
                details=cell.run.output,
                output=_behaviour(cell),
                seconds=cell.run.seconds,
            )
