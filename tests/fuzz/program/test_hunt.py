"""The hunt for weaknesses comes to its end."""

from __future__ import annotations

from collections.abc import Sequence

from crm_contracts.fuzz.program.attempt import Attempt
from crm_contracts.fuzz.program.hunt import Budget, Hunt
from crm_contracts.fuzz.program.model import Trial
from crm_contracts.fuzz.program.ready import Answers
from crm_contracts.fuzz.program.rules import Judge, Rules
from crm_contracts.trial.model import Did
from tests.fuzz.program.fakes import CREATE, MAKER, PLAIN, start


class Lanes:
    """A client that breaks whatever is unusual about an answer."""

    until: float | None = None

    def try_all(self, attempts: Sequence[Attempt], _plain: object, *, fresh: bool = False) -> list[Trial]:  # noqa: ARG002  # each run is fresh
        return [Trial(each, Did(1 if each.alterations else 0, requests=1, met=1)) for each in attempts]


class Readiness:
    """What it did with one documented answer, and no other one."""

    def __init__(self) -> None:
        self.trials: list[Trial] = []
        self.answers = {CREATE: Answers((start("created_minimal"),), (), ())}

    def usual(self, _start: object) -> list[Trial]:
        return []


def hunt_of(count: int) -> Hunt:
    budget = Budget(count, None, 10_000)
    return Hunt(Lanes(), Judge(Rules(), PLAIN), MAKER, budget, 0, lambda each: each, lambda _: None)  # type: ignore[arg-type]  # a fake


def test_a_client_that_breaks_whatever_it_is_given_is_given_no_more_than_was_asked_for() -> None:
    hunt = hunt_of(1_500)
    hunt.carry_out([], Readiness())  # type: ignore[arg-type]  # a fake
    assert hunt.answers == 1_500
    assert len(hunt.weaknesses) > 40
    assert {each.differences for each in hunt.weaknesses} == {1}


def test_an_answer_of_the_plan_counts_although_nothing_is_left_that_can_be_altered() -> None:
    hunt = hunt_of(10)
    as_it_is = Trial(MAKER.documented(start()), Did(0, requests=1, met=1))
    hunt._took([as_it_is], planned=False)
    assert hunt.answers == 0
    hunt._took([as_it_is], planned=True)
    assert hunt.answers == 1
