"""Every deliberate defect of a receiver is caught, and named by the rule, the place and the case that shows it."""

from __future__ import annotations

import pytest

from crm_contracts.judge.finding import Standing
from crm_contracts.judge.policy import DEFAULT, STRICT
from tests.providers.push.conftest import failed, to_receiver
from tests.providers.push.defects import DEFECTS
from tests.providers.push.receiver import Receiver, Signed


@pytest.mark.parametrize("receiver", [Receiver, Signed])
def test_a_receiver_without_defects_passes(receiver: type[Receiver]) -> None:
    with to_receiver(receiver()) as pusher:
        assert failed(pusher.examine()) == []
        assert pusher.verdict().exit_code() == 0


def test_every_defect_is_caught_and_named(figures) -> None:
    missed, by_default = [], 0
    for receiver, told in DEFECTS.items():
        with to_receiver(receiver(), policy=STRICT) as pusher:
            is_shown = told.case in failed(pusher.examine())
            verdict = pusher.verdict()
        found = [each for each in verdict.findings if (each.rule, each.location[-1]) == (told.rule, told.location)]
        if not is_shown or verdict.exit_code() != 1 or not any(told.case in each.first.source for each in found):
            missed.append((receiver.__name__, told, [(each.rule, each.location) for each in verdict.findings]))
        by_default += any(DEFAULT.standing(each.side, each.basis) is Standing.FAILS for each in verdict.findings)
    assert missed == []
    assert (len(DEFECTS), by_default) == (45, 27)
    figures(
        f"{len(DEFECTS)} deliberate defects of Activix receivers, each caught and named by crm-mocks push --examine "
        f"--strict; {by_default} of them break a document or HTTP, and fail without --strict"
    )


def test_what_rests_on_a_position_fails_no_case_by_default() -> None:
    receiver = next(each for each, told in DEFECTS.items() if told.rule == "credentials" or each.__name__ == "Open")
    with to_receiver(receiver()) as pusher:
        examined = pusher.examine()
        verdict = pusher.verdict()
    assert failed(examined) == []
    assert verdict.standing(Standing.ASSUMPTION)
    assert verdict.exit_code() == 0
