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
    """A client that breaks whatever is unusual about an answer."""

    def run(self, cases: Sequence[FuzzCase], **_: object) -> list[FuzzResult]:
        run = RunResult(1, requests=1, delivered=1)
        return [
            FuzzResult(each, run, "", ("exit code 1",), EXIT_CODE) if each.mutations else FuzzResult(each, RunResult(0))
            for each in cases
        ]

    run_fresh = run_in_time = run


class Calibration:
    """What it did with one documented answer, and no other one."""

    def __init__(self) -> None:
        self.results: list[FuzzResult] = []
        self.examples = {CREATE: OperationExamples((start("created_minimal"),), (), ())}

    def of(self, _example: object) -> list[FuzzResult]:
        return []


def search_of(count: int) -> WeaknessSearch:
    runner: CaseRunner = Runner()  # type: ignore[assignment]  # a fake
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
