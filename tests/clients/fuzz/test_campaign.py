"""The hunt for weaknesses comes to its end."""

from __future__ import annotations

from collections.abc import Sequence

from crm_contracts.clients.fuzz.cases import FuzzCase
from crm_contracts.clients.fuzz.campaign import Budget, FuzzCampaign
from crm_contracts.clients.fuzz.model import FuzzResult
from crm_contracts.clients.fuzz.calibration import OperationExamples
from crm_contracts.clients.fuzz.criteria import Judge, Rules
from crm_contracts.clients.model import RunResult
from tests.clients.fuzz.fakes import CREATE, MAKER, PLAIN, start


class WorkerPool:
    """A client that breaks whatever is unusual about an answer."""

    until: float | None = None

    def try_all(self, cases: Sequence[FuzzCase], _plain: object, *, fresh: bool = False) -> list[FuzzResult]:  # noqa: ARG002  # each run is fresh
        return [FuzzResult(each, RunResult(1 if each.mutations else 0, requests=1, met=1)) for each in cases]


class Calibration:
    """What it did with one documented answer, and no other one."""

    def __init__(self) -> None:
        self.results: list[FuzzResult] = []
        self.answers = {CREATE: OperationExamples((start("created_minimal"),), (), ())}

    def usual(self, _start: object) -> list[FuzzResult]:
        return []


def hunt_of(count: int) -> FuzzCampaign:
    budget = Budget(count, None, 10_000)
    return FuzzCampaign(WorkerPool(), Judge(Rules(), PLAIN), MAKER, budget, 0, lambda each: each, lambda _: None)  # type: ignore[arg-type]  # a fake


def test_a_client_that_breaks_whatever_it_is_given_is_given_no_more_than_was_asked_for() -> None:
    campaign = hunt_of(1_500)
    campaign.carry_out([], Calibration())  # type: ignore[arg-type]  # a fake
    assert campaign.answers == 1_500
    assert len(campaign.weaknesses) > 40
    assert {each.differences for each in campaign.weaknesses} == {1}


def test_an_answer_of_the_plan_counts_although_nothing_is_left_that_can_be_altered() -> None:
    campaign = hunt_of(10)
    as_it_is = FuzzResult(MAKER.unmodified(start()), RunResult(0, requests=1, met=1))
    campaign._took([as_it_is], planned=False)
    assert campaign.answers == 0
    campaign._took([as_it_is], planned=True)
    assert campaign.answers == 1
