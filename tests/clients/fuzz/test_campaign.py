"""The hunt for weaknesses comes to its end."""

from __future__ import annotations

from collections.abc import Sequence

from crm_contracts.clients.criteria import PassCriteria
from crm_contracts.clients.fuzz.calibration import OperationExamples
from crm_contracts.clients.fuzz.cases import FuzzCase
from crm_contracts.clients.fuzz.criteria import FuzzJudge
from crm_contracts.clients.fuzz.model import FuzzResult
from crm_contracts.clients.fuzz.search import Budget, WeaknessSearch
from crm_contracts.clients.model import RunResult
from tests.clients.fuzz.fakes import BASELINE, CASES, CREATE, start


class WorkerPool:
    """A client that breaks whatever is unusual about an answer."""

    deadline: float | None = None

    def run_all(self, cases: Sequence[FuzzCase], _plain: object, *, fresh: bool = False) -> list[FuzzResult]:  # noqa: ARG002  # each run is fresh
        return [FuzzResult(each, RunResult(1 if each.mutations else 0, requests=1, delivered=1)) for each in cases]


class Calibration:
    """What it did with one documented answer, and no other one."""

    def __init__(self) -> None:
        self.results: list[FuzzResult] = []
        self.examples = {CREATE: OperationExamples((start("created_minimal"),), (), ())}

    def of(self, _example: object) -> list[FuzzResult]:
        return []


def hunt_of(count: int) -> WeaknessSearch:
    budget = Budget(count, None, 10_000)
    return WeaknessSearch(
        WorkerPool(), FuzzJudge(PassCriteria(), BASELINE), CASES, budget, 0, lambda each: each, lambda _: None
    )  # type: ignore[arg-type]  # a fake


def test_a_client_that_breaks_whatever_it_is_given_is_given_no_more_than_was_asked_for() -> None:
    campaign = hunt_of(1_500)
    campaign.run([], Calibration())  # type: ignore[arg-type]  # a fake
    assert campaign.cases == 1_500
    assert len(campaign.weaknesses) > 40
    assert {each.differences for each in campaign.weaknesses} == {1}


def test_an_answer_of_the_plan_counts_although_nothing_is_left_that_can_be_altered() -> None:
    campaign = hunt_of(10)
    as_it_is = FuzzResult(CASES.unmodified(start()), RunResult(0, requests=1, delivered=1))
    campaign._record([as_it_is], planned=False)
    assert campaign.cases == 0
    campaign._record([as_it_is], planned=True)
    assert campaign.cases == 1
