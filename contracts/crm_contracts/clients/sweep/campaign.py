"""A sweep: the baseline run, then one run for each case, several at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from crm_contracts.clients.campaign import CampaignOptions, baseline_run, serving, workers
from crm_contracts.clients.criteria import PassCriteria
from crm_contracts.clients.model import BaselineRun
from crm_contracts.clients.sweep.cases import sweep_cases
from crm_contracts.clients.sweep.criteria import SweepJudge
from crm_contracts.clients.sweep.model import SweepCampaignResult, SweepCase, SweepResult
from crm_contracts.clients.workers import WorkerPool
from crm_contracts.report.text import number

Progress = Callable[[int, int], None]
"""Called with the number of runs done, and the number of all runs."""


def sweep(options: CampaignOptions, progress: Progress) -> SweepCampaignResult:
    """Run a client program against all cases of the operations that it calls. Call this in the main thread.

    Args:
        options: options of the sweep.
        progress: shows the progress.

    Raises:
        UsageError: the mocks cannot be served, a name is unknown, or the command cannot be run.
    """
    with serving(options, "sweep") as harness:
        criteria = options.criteria(harness)
        with workers(options, harness, "sweep") as pool:
            baseline, complaint = baseline_run(options, harness, pool)
            if complaint:
                return SweepCampaignResult(options.command, baseline, complaint)
            cases = [
                case
                for key in options.selected(baseline)
                for case in sweep_cases(
                    harness.operations[key],
                    stores=key in baseline.storing,
                    without=baseline.outcomes.get(key, ()),
                )
            ]
            return _swept(options, pool, criteria, baseline, cases, progress)


def _swept(  # the parts of a campaign
    options: CampaignOptions,
    pool: WorkerPool,
    criteria: PassCriteria,
    baseline: BaselineRun,
    cases: list[SweepCase],
    progress: Progress,
) -> SweepCampaignResult:
    """Run all cases; after Ctrl-C, report those finished until then."""
    done: dict[int, SweepResult] = {}

    def finished(number: int, result: SweepResult) -> None:
        done[number] = replace(result, printed="")  # the last lines are enough
        progress(len(done), len(cases))

    try:
        pool.run_all(cases, baseline, finished=finished)
    except KeyboardInterrupt:
        pool.stop()
    judge = SweepJudge(criteria, baseline, [done[at] for at in sorted(done)])
    notes = list(judge.notes())
    missing = len(cases) - len(done)
    if missing:
        notes.insert(0, f"the sweep was interrupted: {missing} of {number(len(cases), 'run')} were not made")
    return SweepCampaignResult(
        options.command, baseline, notes=tuple(notes), interrupted=bool(missing), cells=judge.all_judged()
    )
