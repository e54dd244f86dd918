"""Every deliberate defect of a receiver is found, with the right rule, location and case."""

from __future__ import annotations

import pytest

from crm_contracts.judge.finding import Standing
from crm_contracts.judge.policy import DEFAULT, STRICT
from tests.providers.push.conftest import failed, to_receiver
from tests.providers.push.defects import DEFECTS, AuthorizationOnly, ContentTypeRequired, ShortTrim, SmallIds
from tests.providers.push.receiver import Receiver, Signed


@pytest.mark.parametrize("receiver", [Receiver, Signed])
def test_a_receiver_without_defects_passes(receiver: type[Receiver]) -> None:
    with to_receiver(receiver()) as pusher:
        assert failed(pusher.examine()) == []
        assert pusher.verdict().exit_code() == 0


def test_every_defect_is_found(figures) -> None:
    missed, by_default = [], 0
    for receiver, expected in DEFECTS.items():
        with to_receiver(receiver(), policy=STRICT) as pusher:
            is_shown = expected.case in failed(pusher.examine())
            verdict = pusher.verdict()
        matching = [
            each for each in verdict.findings if (each.rule, each.location[-1]) == (expected.rule, expected.location)
        ]
        if not is_shown or verdict.exit_code() != 1 or not any(expected.case in each.first.source for each in matching):
            missed.append((receiver.__name__, expected, [(each.rule, each.location) for each in verdict.findings]))
        by_default += any(DEFAULT.standing(each.side, each.basis) is Standing.FAILS for each in verdict.findings)
    assert missed == []
    assert (len(DEFECTS), by_default) == (47, 22)
    figures(
        f"{len(DEFECTS)} deliberate defects of Activix receivers, each caught and named by crm-mocks push --examine "
        f"--strict; {by_default} of them break a document or HTTP, and fail without --strict"
    )


def test_a_defect_that_contradicts_a_position_fails_no_case_by_default() -> None:
    receiver = next(kind for kind in DEFECTS if kind.__name__ == "Open")
    with to_receiver(receiver()) as pusher:
        results = pusher.examine()
        verdict = pusher.verdict()
    assert failed(results) == []
    assert verdict.standing(Standing.ASSUMPTION)
    assert verdict.exit_code() == 0


@pytest.mark.parametrize("receiver", [AuthorizationOnly, ContentTypeRequired, ShortTrim, SmallIds])
def test_a_case_that_rests_on_a_position_fails_strictly_only(receiver: type[Receiver]) -> None:
    with to_receiver(receiver()) as pusher:
        assert failed(pusher.examine()) == []
        assert pusher.verdict().exit_code() == 0
    with to_receiver(receiver(), policy=STRICT) as pusher:
        assert failed(pusher.examine()) == [DEFECTS[receiver].case]
