"""Every deliberate defect of a receiver is caught, and named by the rule, the place and the case that shows it."""

from __future__ import annotations

import pytest
from tests.providers.push.conftest import failed, to_receiver
from tests.providers.push.defects import DEFECTS, Told
from tests.providers.push.receiver import Receiver, Signed


@pytest.mark.parametrize("receiver", [Receiver, Signed])
def test_a_receiver_without_defects_passes(receiver: type[Receiver]) -> None:
    with to_receiver(receiver()) as pusher:
        assert failed(pusher.examine()) == []
        assert pusher.verdict().exit_code() == 0


@pytest.mark.parametrize(("receiver", "told"), DEFECTS.items(), ids=[each.__name__ for each in DEFECTS])
def test_a_defect_is_caught_and_named(receiver: type[Receiver], told: Told) -> None:
    with to_receiver(receiver()) as pusher:
        assert told.case in failed(pusher.examine())
        examination = pusher.verdict()
    assert examination.exit_code() == 1
    found = [each for each in examination.findings if (each.rule, each.location[-1]) == (told.rule, told.location)]
    assert found, [(each.rule, each.location) for each in examination.findings]
    assert any(told.case in each.first.source for each in found)


def test_there_are_enough_defects(figures) -> None:
    assert len(DEFECTS) >= 20
    figures(
        f"{len(DEFECTS)} deliberate defects of Activix receivers, each caught and named by crm-mocks push --examine"
    )
