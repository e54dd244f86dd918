"""The search for weaknesses comes to its end."""

from __future__ import annotations

from collections.abc import Sequence

from crm_contracts.clients.criteria import EXIT_CODE, PassCriteria
from crm_contracts.clients.fuzz.calibration import OperationExamples
from crm_contracts.clients.fuzz.case_runner import CaseRunner
from crm_contracts.clients.fuzz.cases import FuzzCase
from crm_contracts.clients.fuzz.criteria import FuzzJudge
from crm_contracts.clients.fuzz.failure_analysis import FailureAnalysis
from crm_contracts.clients.fuzz.search import Budget, WeaknessSearch
from crm_contracts.clients.fuzz.weakness import FuzzResult
from crm_contracts.clients.model import RunResult
from tests.clients.fuzz.fakes import BASELINE, CASES, CREATE, start


class Runner:
    """A client that breaks whatever is unusual about an answer.

    Attributes:
        given: what it was given of the plan.
    """

    def __init__(self) -> None:
        self.given: list[str] = []

    def run(self, cases: Sequence[FuzzCase], **_: object) -> list[FuzzResult]:
        run = RunResult(1, requests=1, delivered=1)
        return [
            FuzzResult(each, run, "", ("exit code 1",), EXIT_CODE) if each.mutations else FuzzResult(each, RunResult(0))
            for each in cases
        ]

    run_fresh = run

    def run_in_time(self, cases: Sequence[FuzzCase]) -> list[FuzzResult]:
        self.given += [f"{each} {each.as_queued()}" for each in cases]
        return self.run(cases)


class Calibration:
    """What it did with two documented answers, and no other one; by default it did not receive the second."""

    def __init__(self, refused: RunResult | None = None) -> None:
        self.results: list[FuzzResult] = []
        self.refusal = start("service_unavailable")
        self.examples = {CREATE: OperationExamples((start("created_minimal"),), (self.refusal,), ())}
        self._refused = refused

    def of(self, example: object) -> list[FuzzResult]:
        if example is not self.refusal or self._refused is None:
            return []
        return [FuzzResult(CASES.unmodified(self.refusal, always=True), self._refused)]


def search_of(count: int, client: Runner | None = None) -> WeaknessSearch:
    runner: CaseRunner = client or Runner()  # type: ignore[assignment]  # a fake
    analysis = FailureAnalysis(runner, CASES, 30.0, lambda weakness, *, with_test: weakness)  # noqa: ARG005  # a keyword of the protocol
    judge = FuzzJudge(PassCriteria(), BASELINE)
    return WeaknessSearch(runner, judge, CASES, analysis, Budget(count, 10_000), 0, lambda _: None)


def test_a_client_that_breaks_whatever_it_is_given_is_given_no_more_than_was_asked_for() -> None:
    campaign = search_of(1_500)
    campaign.run([], Calibration())  # type: ignore[arg-type]  # a fake
    assert campaign.cases == 1_500
    weaknesses = campaign._analysis.groups.weaknesses
    assert len(weaknesses) > 40
    assert {each.differences for each in weaknesses} == {1}


def test_an_answer_of_the_plan_counts_although_nothing_is_left_that_can_be_mutated() -> None:
    campaign = search_of(10)
    as_it_is = FuzzResult(CASES.unmodified(start()), RunResult(0, requests=1, delivered=1))
    campaign._record([as_it_is], planned=False)
    assert campaign.cases == 0
    campaign._record([as_it_is], planned=True)
    assert campaign.cases == 1


def given_after(refused: RunResult) -> list[str]:
    """Return what a client is given that ended like this after a documented refusal."""
    client = Runner()
    search_of(200, client).run([], Calibration(refused))  # type: ignore[arg-type]  # a fake
    return client.given


def test_the_cases_do_not_depend_on_the_speed_of_the_machine() -> None:
    soon, late = (RunResult(75, seconds=seconds, requests=1, delivered=1) for seconds in (0.1, 20.0))
    assert given_after(soon) == given_after(late)


def test_a_response_after_which_the_client_calls_again_is_rarely_a_start() -> None:
    once, again = (given_after(RunResult(75, requests=requests, delivered=requests)) for requests in (1, 3))
    starts = [sum("service_unavailable" in each for each in given[1::3]) for given in (once, again)]
    assert starts[0] > starts[1]
