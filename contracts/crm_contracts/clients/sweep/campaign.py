"""A sweep: the baseline run, then one run for each case, several at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from crm_contracts.clients.campaign import Campaign, CampaignOptions, campaign
from crm_contracts.clients.case_findings import CaseFindings
from crm_contracts.clients.crash_sites import crash_site
from crm_contracts.clients.model import BaselineRun
from crm_contracts.clients.reactions import ReactionCollector
from crm_contracts.clients.sweep.cases import sweep_cases
from crm_contracts.clients.sweep.criteria import SweepJudge
from crm_contracts.clients.sweep.model import SweepCampaignResult, SweepCase, SweepResult
from crm_contracts.judge.finding import Finding
from crm_contracts.report.text import plural

Progress = Callable[[int, int], None]
"""Called with the number of runs done, and the number of all runs."""


def sweep(options: CampaignOptions, progress: Progress) -> SweepCampaignResult:
    """Run a client program against all cases of the operations that it calls. Call this in the main thread.

    Args:
        options: options of the sweep.
        progress: shows the progress.

    Raises:
        UsageError: the mocks cannot be served, an option is wrong, or the command cannot be run.
    """
    with campaign(options, "sweep") as running:
        baseline, complaint = running.baseline_run()
        if complaint:
            reactions = running.settled(baseline.reactions)
            return SweepCampaignResult(
                options.command,
                baseline,
                complaint,
                case_verdict=reactions.verdict,
                reactions=reactions.reactions,
                client_verdict=running.harness.verdict(),
                shard=options.shard,
            )
        return _swept(running, baseline, list(_cases(running, baseline)), progress)


def _cases(running: Campaign[CampaignOptions], baseline: BaselineRun) -> Iterator[SweepCase]:
    for key in running.options.selected(baseline):
        operation, met = running.harness.operations[key], baseline.as_documented.get(key, ())
        yield from sweep_cases(operation, stores=key in baseline.storing, without=met)


def _swept(
    running: Campaign[CampaignOptions], baseline: BaselineRun, cases: Sequence[SweepCase], progress: Progress
) -> SweepCampaignResult:
    """Run the cases of the shard; after Ctrl-C, report those finished until then."""
    shard, total = running.options.shard, len(cases)
    others = [case for position, case in enumerate(cases) if case.fault is not None and not shard.has(position)]
    cases = shard.of(cases)
    results = _run(running, baseline, cases, progress)
    judge = SweepJudge(running.criteria, baseline, results)
    missing = len(cases) - len(results)
    if not missing and others and judge.depends_on_other_faults:
        with running.harness.uncounted():
            other_results = _run(running, baseline, others, progress)
        missing = len(others) - len(other_results)
        judge = SweepJudge(running.criteria, baseline, results, other_results)
    notes = list(judge.notes())
    if missing:
        notes.insert(0, f"the sweep was interrupted: {missing} of {plural(len(cases), 'run')} were not made")
    findings: list[Finding] = []
    cells = tuple(_settled(result, running.findings, findings) for result in judge.all_judged())
    collector = ReactionCollector()
    collector.add(baseline.reactions)
    for cell in cells:
        collector.add(cell.run.reactions, judged_by_case=cell.run.early_retry)
    settled = running.settled(collector.reactions, findings)
    return SweepCampaignResult(
        running.options.command,
        baseline,
        notes=tuple(notes),
        interrupted=bool(missing),
        case_verdict=settled.verdict,
        reactions=settled.reactions,
        client_verdict=running.harness.verdict(),
        shard=shard,
        idle="" if cases else f"shard {shard} has no case, since there are only {total}",
        cells=cells,
    )


def _run(
    running: Campaign[CampaignOptions], baseline: BaselineRun, cases: Sequence[SweepCase], progress: Progress
) -> list[SweepResult]:
    """Run cases; return the results in the same order, after Ctrl-C of those that were finished."""
    done: dict[int, SweepResult] = {}

    def finished(number: int, result: SweepResult) -> None:
        site = crash_site(result.printed)
        done[number] = replace(result, printed="", site=site.error if site else "")  # the last lines are enough
        progress(len(done), len(cases))

    try:
        progress(0, len(cases))
        running.workers.run_all(cases, baseline, finished=finished)
    except KeyboardInterrupt:
        running.workers.stop()
    return [done[at] for at in sorted(done)]


def _settled(result: SweepResult, settle: CaseFindings, findings: list[Finding]) -> SweepResult:
    """Return a result with its standing, and collect the finding of a failed one."""
    if result.passed:
        return result
    case = result.case
    found = settle.finding(result, result.rule, (case.label, case.often), (case.status or 0, case.name))
    findings.append(found)
    return replace(result, standing=found.standing)
