"""Fuzz a client program, from the baseline run to the last weakness."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from crm_contracts.clients.campaign import Campaign, CampaignOptions, campaign
from crm_contracts.clients.case_findings import CaseFindings
from crm_contracts.clients.fuzz import reproduction
from crm_contracts.clients.fuzz.calibration import Calibration
from crm_contracts.clients.fuzz.case_runner import CaseRunner
from crm_contracts.clients.fuzz.cases import LONGEST_SECONDS, FuzzCase, FuzzCaseBuilder, basis_of_response
from crm_contracts.clients.fuzz.criteria import EXPECTED_KINDS, FuzzJudge
from crm_contracts.clients.fuzz.expected_output import OutputCriteria, read_output_criteria
from crm_contracts.clients.fuzz.failure_analysis import FailureAnalysis
from crm_contracts.clients.fuzz.generated_test import ClientInvocation
from crm_contracts.clients.fuzz.model import FuzzCampaignResult
from crm_contracts.clients.fuzz.reproduction_writer import ReproductionWriter
from crm_contracts.clients.fuzz.search import Budget, ShowProgress, WeaknessSearch
from crm_contracts.clients.fuzz.weakness import Weakness
from crm_contracts.clients.harness import ClientHarness
from crm_contracts.clients.model import BaselineRun
from crm_contracts.clients.programs import DeadlineReached
from crm_contracts.judge.finding import Finding
from crm_contracts.report.text import plural
from crm_mocks.errors import UsageError

_CHECKED: Final = "fuzz-reproductions"
"""Session in which reproductions are checked."""

_GENERATING: Final = 0.9
"""Part of `--seconds` after which no further case is generated, so that time is left to run failures again."""

_CRASH_CODE: Final = 1
"""Exit code of programs in many languages after an uncaught error."""


@dataclass(frozen=True)
class FuzzOptions(CampaignOptions):
    """Options of `crm-mocks fuzz`.

    Attributes:
        count: number of cases to generate in this shard, without those for shrinking.
        budget: seconds after which the campaign ends, if any.
        stop_after: number of groups of weaknesses that are enough.
        reproductions: files of earlier failures, which are run first.
        folder: where reproductions are written.
        prints, never_prints: regular expressions; see `OutputCriteria`.
    """

    seconds: float = 30.0
    count: int = 500
    budget: float | None = None
    stop_after: int = 20
    reproductions: tuple[Path, ...] = ()
    folder: Path = Path("fuzz-failures")
    prints: tuple[str, ...] = ()
    never_prints: tuple[str, ...] = ()

    def deadline(self, began: float, part: float = 1.0) -> float | None:
        """Return the monotonic time at which a campaign ends, if there is a limit.

        Args:
            began: monotonic time of its start.
            part: part of the time.
        """
        return None if self.budget is None else began + self.budget * part

    @property
    def output_criteria(self) -> OutputCriteria:
        """Pass criteria for the client's output.

        Raises:
            UsageError: a pattern is no regular expression.
        """
        return read_output_criteria(self.prints, self.never_prints)

    @property
    def seed(self) -> int:
        """Seed of all random choices: the one of the mocks."""
        seed: int = self.serving.get("seed", 0)
        return seed

    @property
    def invocation(self) -> ClientInvocation:
        """How the client is run, for generated tests."""
        return ClientInvocation(self.command, self.seconds, self.serving.get("settings", {}), self.ready_line)


def fuzz(options: FuzzOptions, progress: ShowProgress) -> FuzzCampaignResult:
    """Run a client program with generated responses, and find out which of them break it. Call this in the main thread.

    Args:
        options: options of the campaign.
        progress: shows the progress.

    Raises:
        UsageError: the mocks cannot be served, a name or file is wrong, or the command cannot be run.
    """
    if not options.seconds <= LONGEST_SECONDS:
        raise UsageError(f"--timeout {options.seconds:g}: a run may take {LONGEST_SECONDS:g} s at the most")
    began = time.monotonic()
    output = options.output_criteria
    earlier = options.shard.of([reproduction.read(path) for path in options.reproductions])
    with campaign(options, "fuzz", EXPECTED_KINDS) as running:
        harness = running.harness
        running.workers.deadline = options.deadline(began)
        for case in earlier:
            harness.check_case(case, _CHECKED)
        earlier = [replace(case, basis=_basis(case, harness)) for case in earlier]
        try:
            baseline, complaint = running.baseline_run()
        except DeadlineReached:
            baseline = BaselineRun(128 + signal.SIGTERM, "SIGTERM", seconds=time.monotonic() - began)
            complaint = f"nothing was checked: --seconds {options.budget:g} was over during the baseline run"
        if complaint:
            return _not_fuzzed(running, baseline, complaint)
        if not options.count and not earlier:
            idle = f"shard {options.shard} has no response, since --count is less than the number of shards"
            return _not_fuzzed(running, baseline, idle=idle)
        judge, builder = FuzzJudge(running.criteria, baseline, output), FuzzCaseBuilder(options.seconds)
        selected = options.selected(baseline)
        calibration = Calibration(running.workers, judge, builder, selected, harness.mocks.mock_app)
        runner = CaseRunner(running.workers, judge, options.deadline(began, _GENERATING))
        return _search(running, judge, builder, runner, calibration, earlier, progress)


def _not_fuzzed(
    running: Campaign[FuzzOptions], baseline: BaselineRun, complaint: str = "", idle: str = ""
) -> FuzzCampaignResult:
    settled = running.settled(baseline.reactions)
    return FuzzCampaignResult(
        running.options.command,
        baseline,
        complaint,
        case_verdict=settled.verdict,
        reactions=settled.reactions,
        client_verdict=running.harness.verdict(),
        shard=running.options.shard,
        idle=idle,
        seed=running.options.seed,
        output=baseline.output,
    )


def _search(
    running: Campaign[FuzzOptions],
    judge: FuzzJudge,
    builder: FuzzCaseBuilder,
    runner: CaseRunner,
    calibration: Calibration,
    earlier: Sequence[FuzzCase],
    progress: ShowProgress,
) -> FuzzCampaignResult:
    """Calibrate, and search for weaknesses unless the client is not ready to be fuzzed."""
    options, settle = running.options, running.findings
    writer = ReproductionWriter(options.folder, options.invocation, judge, options.seed, running.workers.deadline)

    def keep(weakness: Weakness, *, with_test: bool) -> Weakness:
        weakness = writer.written(weakness, with_test=with_test)
        return replace(weakness, finding=_finding(weakness, settle))

    analysis = FailureAnalysis(runner, builder, options.seconds, keep)
    budget = Budget(options.count, options.stop_after)
    search = WeaknessSearch(runner, judge, builder, analysis, budget, options.seed, progress, options.shard)
    complaint = output = trouble = ""
    interrupted = False
    try:
        complaint, output = calibration.run()
        if calibration.failed is not None:
            analysis.analyse(calibration.failed, 0, search.seconds)
        elif not complaint:
            search.run(earlier, calibration)
    except KeyboardInterrupt:
        interrupted = True
    except DeadlineReached:
        search.cut_short.append("the calibration was not finished, and no response was generated")
    except UsageError as error:  # it could be started before, so what was found until now is worth a report
        interrupted = True
        trouble = str(error)
    cut_short = [
        f"--seconds {options.budget or 0:g} was over: {each}"
        for each in (*search.cut_short, *analysis.cut_short, *writer.cut_short)
    ]
    groups = analysis.groups.ordered()
    findings = [each.finding for each in analysis.groups.weaknesses if each.finding is not None]
    settled = running.settled(search.reactions.reactions, findings)
    given = search.given if options.count else search.given_again
    has_result = complaint or interrupted or given or analysis.groups.failing
    unchecked = "" if has_result else _unchecked(running, judge, search.seconds, cut_short)
    return FuzzCampaignResult(
        options.command,
        judge.baseline,
        complaint,
        tuple(_notes(search, calibration, analysis, judge, options)),
        interrupted,
        case_verdict=settled.verdict,
        reactions=settled.reactions,
        client_verdict=running.harness.verdict(),
        shard=options.shard,
        seed=options.seed,
        tried=dict(sorted(search.tried.items())),
        cases=search.cases,
        runs=running.workers.runs,
        seconds=search.seconds,
        reads=search.reads,
        groups=groups,
        late=tuple(analysis.late),
        cut_short=tuple(cut_short),
        unchecked=unchecked,
        flaky=tuple(analysis.flaky),
        fixed=tuple(search.fixed),
        output=output,
        trouble=trouble or next(iter(writer.trouble), ""),
    )


def _unchecked(running: Campaign[FuzzOptions], judge: FuzzJudge, seconds: float, cut_short: Sequence[str]) -> str:
    """Return why a campaign in which the client received no generated response has no result."""
    options, done = running.options, running.workers.runs
    called = ", ".join(f"{operation} ×{count}" for operation, count in judge.baseline.requests.items())
    why = "it did not call them again when a generated response was ready"
    if cut_short:
        each = f"; a run took {seconds * options.jobs / done:.1f} s" if done else ""
        why = f"{cut_short[0]}{each}, so give it more --seconds or --jobs, or keep its process by --persistent"
    runs = plural(done, "further run")
    return f"the client called {called} in its baseline run, but got no generated response in {runs}: {why}"


def _basis(case: FuzzCase, harness: ClientHarness) -> str:
    """Return the basis of a reproduction."""
    return basis_of_response(case.response, harness.operations[case.operation])


def _finding(weakness: Weakness, settle: CaseFindings) -> Finding:
    """Return a weakness as a finding."""
    response, case = weakness.response, weakness.result.case
    outcome = f"{response.status} {response.outcome}"
    places = [".".join("*" if isinstance(part, int) else part for part in each.location) for each in case.mutations]
    name = response.outcome if response.fault is None else response.fault.value
    status = response.status if response.fault is None else 0
    return settle.finding(
        weakness.result,
        weakness.name.replace(" ", "-"),
        (outcome, *(places or [case.unusual])),
        (status, name),
        str(weakness.path or ""),
    )


def _notes(
    search: WeaknessSearch,
    calibration: Calibration,
    analysis: FailureAnalysis,
    judge: FuzzJudge,
    options: FuzzOptions,
) -> Iterator[str]:
    """Yield limits on what the result shows."""
    if search.cut_short:
        yield (
            f"--seconds {options.budget or 0:g} ended the run, so the number of responses depends on the speed of the "
            "machine: --count gives the same ones on any"
        )
    for operation in search.reads:
        if operation not in judge.baseline.outcomes:
            yield f"{operation} refused all requests of the baseline run: the client's data may be wrong"
    for operation in dict.fromkeys(each.operation for each in search.tried):
        undelivered = sum(counts.undelivered for each, counts in search.tried.items() if each.operation == operation)
        if undelivered:
            yield (
                f"{plural(undelivered, 'response')} of {operation} were not delivered: the client did not call it in "
                "these runs"
            )
    for result in search.undelivered:
        response = result.case.response
        yield (
            f"an earlier failure was not delivered: the client did not call {response.operation}, for "
            f"{response.unusual}"
        )
    if analysis.groups.failing >= options.stop_after:
        yield f"the limit of --stop-after {options.stop_after} is reached: there may be more weaknesses"
    codes = {result.run.code for result in calibration.results if result.run.delivered and not result.failures}
    if _CRASH_CODE in codes and not options.expect and not options.never_prints:
        yield (
            f"the client ended with exit code {_CRASH_CODE} for documented responses or faults, so that a crash may go "
            "unnoticed: state what is right, such as --expect fault=75, or what a crash prints, by --never-prints"
        )
