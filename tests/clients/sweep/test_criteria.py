"""The exit code that a sweep expects: that of a success after a success, another one after a refusal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crm_contracts.clients.criteria import PassCriteria
from crm_contracts.clients.model import BaselineRun, RunResult
from crm_contracts.clients.sweep.criteria import SweepJudge
from crm_contracts.clients.sweep.model import SweepCase, SweepResult

OPERATION = "toy.createContact"
BASELINE = BaselineRun(0, requests={OPERATION: 1}, outcomes={OPERATION: ("created",)}, records={"toy.contacts": 1})
REFUSAL = SweepCase(OPERATION, "full", 200, is_refusal=True)
SUCCESS = SweepCase(OPERATION, "merged", 200, is_refusal=False)
FAULT = SweepCase(OPERATION, "EMPTY_RESPONSE")


def failures(case: SweepCase, code: int, baseline: BaselineRun = BASELINE, **run: Any) -> tuple[str, ...]:
    """Return the failures of a client that ends so; a client that never calls the operation again."""
    result = SweepResult(case, RunResult(**{"code": code, "requests": 1, "delivered": 1, **run}))
    (judged,) = SweepJudge(PassCriteria(), baseline, [result]).all_judged()
    return judged.failures


def test_a_success_that_ends_like_a_failure_fails_and_says_what_was_expected_after_what() -> None:
    assert failures(SUCCESS, 1) == ("expected exit 0, as after toy.createContact:created; got 1",)
    assert failures(SUCCESS, 0) == ()


def test_a_refusal_in_a_success_status_that_ends_like_a_success_fails() -> None:
    (failure,) = failures(REFUSAL, 0)
    assert failure == "expected another exit code after the refusal full; got 0, as after toy.createContact:created"


@pytest.mark.parametrize("code", [1, 65, 75])
def test_different_codes_for_different_refusals_pass(code: int) -> None:
    results = [SweepResult(case, RunResult(code, requests=1, delivered=1)) for case in (REFUSAL, FAULT)]
    results.append(SweepResult(replace(REFUSAL, name="closed"), RunResult(3, requests=1, delivered=1)))
    assert all(not judged.failures for judged in SweepJudge(PassCriteria(), BASELINE, results).all_judged())


@pytest.mark.parametrize("run", [{"requests": 2}, {"repeated": True}])
def test_the_answer_to_the_last_retry_decides(run: dict[str, Any]) -> None:
    assert failures(REFUSAL, 0, **run) == ()
    assert failures(REFUSAL, 3, **run) == ("expected exit 0, as after toy.createContact:created by its retry; got 3",)


def test_a_refusal_given_always_is_the_last_answer_however_often_it_is_retried() -> None:
    assert len(failures(replace(REFUSAL, always=True), 0, requests=3, delivered=3)) == 1
    assert failures(replace(REFUSAL, always=True), 3, requests=3, delivered=3) == ()


def test_a_retry_that_the_mock_itself_refuses_may_end_either_way() -> None:
    for code in (0, 3):
        assert failures(FAULT, code, requests=2, refusals=(409,)) == ()
        assert failures(REFUSAL, code, requests=2, refusals=(409,)) == ()


def test_a_refusal_of_the_mock_itself_does_not_excuse_one_that_is_ignored() -> None:
    assert failures(REFUSAL, 0, refusals=(200,)) != ()


def test_a_success_after_which_the_client_causes_a_refusal_itself_fails() -> None:
    assert failures(SUCCESS, 3, refusals=(404,)) != ()


def test_a_success_whose_values_the_mock_itself_refuses_may_end_like_a_failure() -> None:
    assert failures(SUCCESS, 3, refusals=(404,), refused_given=(404,)) == ()


def test_a_refusal_that_the_client_ended_like_a_success_in_the_baseline_run_passes() -> None:
    assert failures(REFUSAL, 0, replace(BASELINE, refused={OPERATION: ("full",)})) == ()


def test_a_fault_that_ends_like_a_success_fails_if_others_do_not() -> None:
    results = [SweepResult(FAULT, RunResult(code, requests=1, delivered=1)) for code in (0, 4, 75)]
    judged = SweepJudge(PassCriteria(), BASELINE, results).all_judged()
    assert judged[0].failures == ("exit code 0, as after a success, where other faults gave 4 or 75",)
    assert not judged[1].failures
    assert not judged[2].failures
