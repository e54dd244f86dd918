"""A failure is run again before it counts: longer if the client hung, and to shrink it as far as the time allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crm_contracts.clients.criteria import HANG, PassCriteria
from crm_contracts.clients.fuzz.cases import FuzzCase
from crm_contracts.clients.fuzz.criteria import FuzzJudge
from crm_contracts.clients.fuzz.failure_analysis import FailureAnalysis
from crm_contracts.clients.fuzz.weakness import FuzzResult, Weakness
from crm_contracts.clients.model import RunResult
from crm_contracts.clients.programs import DeadlineReached
from crm_contracts.fuzz.mutation_kinds import MutationKind
from tests.clients.fuzz.fakes import BASELINE, CASES, mutations, start

SECONDS = 2.0
NO_ANSWER = CASES.build(start(), mutations(MutationKind.HANG, allowed=False)[:1], allowed=False)
STOPPED = RunResult(143, stopped=True, seconds=SECONDS, requests=1, delivered=1)


class Runner:
    """Runs a client that is a function from a case and a time limit to the result of a run."""

    def __init__(self, client: Callable[[FuzzCase, float], RunResult]) -> None:
        self._client = client
        self._judge = FuzzJudge(PassCriteria(seconds=SECONDS), BASELINE)
        self.limits: list[float] = []

    def run(self, cases: Sequence[FuzzCase], *, fresh: bool = False, seconds: float | None = None) -> list[FuzzResult]:  # noqa: ARG002  # each run is fresh
        self.limits.append(seconds or SECONDS)
        return [self._judge.judged(FuzzResult(each, self._client(each, seconds or SECONDS))) for each in cases]

    run_fresh = run


def kept(weakness: Weakness, /, *, with_test: bool) -> Weakness:  # nothing is written
    return weakness


def analysis_of(client: Callable[[FuzzCase, float], RunResult]) -> tuple[FailureAnalysis, FuzzResult]:
    """Return an analysis, and the first result of the client without an answer."""
    runner = Runner(client)
    (result,) = runner.run([NO_ANSWER])
    return FailureAnalysis(runner, CASES, SECONDS, kept), result  # type: ignore[arg-type]  # a fake


def waits(own_limit: float, code: int) -> Callable[[FuzzCase, float], RunResult]:
    """Return a client that waits as long as it likes, or until the mock or the harness loses patience."""

    def client(case: FuzzCase, limit: float) -> RunResult:
        assert case.delay_ms > limit * 1000
        return RunResult(code, seconds=own_limit, requests=1, delivered=1) if own_limit < limit else STOPPED

    return client


def test_a_client_that_ends_within_its_own_longer_time_limit_did_not_hang() -> None:
    analysis, result = analysis_of(waits(3.0, 0))
    assert result.rule == HANG
    longer = analysis.given_longer(result)
    assert longer.failures == ()
    (late,) = analysis.late
    assert "ended by itself with exit code 0 after 3.0 s, so that its own time limit is longer than --timeout 2" in str(
        late
    )
    assert analysis.given_longer(result).failures == ()
    assert len(analysis.late) == 1


def test_a_client_that_ends_late_and_badly_has_that_weakness() -> None:
    analysis, result = analysis_of(waits(3.0, 9))
    assert analysis.given_longer(result).failures == ("exit code 9, where documented responses and faults gave 0",)
    assert analysis.late == []


def test_a_client_that_never_ends_hangs() -> None:
    analysis, result = analysis_of(waits(1e9, 0))
    longer = analysis.given_longer(result)
    analysis.analyse(longer, 0, 0.1)
    (weakness,) = analysis.groups.weaknesses
    assert (weakness.name, weakness.remark) == ("hang", "the client was still running after 6 s, too")


def test_a_client_that_ends_in_time_when_it_is_run_again_is_flaky() -> None:
    analysis, result = analysis_of(
        lambda _, limit: STOPPED if limit == SECONDS else RunResult(0, requests=1, delivered=1)
    )
    analysis.given_longer(result)
    (flaky,) = analysis.flaky
    assert (flaky.broke, flaky.runs) == (1, 2)


def test_a_failure_counts_though_there_is_no_time_to_run_it_again() -> None:
    def client(case: FuzzCase, _limit: float) -> RunResult:
        if over:
            raise DeadlineReached
        return RunResult(9, requests=1, delivered=1)

    over: list[bool] = []
    analysis, result = analysis_of(client)
    over.append(True)
    analysis.analyse(result, 1, 0.1)
    (weakness,) = analysis.groups.weaknesses
    assert weakness.remark == "not run again, since the time was over"
    assert analysis.cut_short == [f"{NO_ANSWER}, which broke the client, was not run again"]
