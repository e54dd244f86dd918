"""What breaks a client program is shrunk to one alteration, in few runs."""

from __future__ import annotations

from itertools import count

from crm_contracts.fuzz.kinds import Kind
from crm_contracts.fuzz.program.attempt import Attempt
from crm_contracts.fuzz.program.model import Flaky, Trial
from crm_contracts.fuzz.program.shrink import AGAIN, Shrinker
from crm_contracts.trial.model import Did
from tests.fuzz.program.fakes import MAKER, Fake, alterations, body_of, crashes_where, start


def shrunk(fake: Fake, attempt: Attempt) -> Trial | Flaky:
    (trial,) = fake.try_all([attempt])
    assert trial.failures
    return Shrinker(MAKER, fake.try_all, fake.try_all).shrunk(trial)


def several(*kinds: Kind) -> Attempt:
    """Return an answer with an alteration of each kind, and of each place of the body that has one."""
    chosen = [each for kind in kinds for each in alterations(kind, allowed=True)]
    return MAKER.make(start(), chosen, allowed=True)


def test_of_several_alterations_the_one_that_breaks_the_client_is_left():
    attempt = several(Kind.UNKNOWN_MEMBER, Kind.WHITE_SPACE, Kind.HEADERS, Kind.TEXT)
    assert len(attempt.alterations) > 5
    fake = Fake(crashes_where(lambda answer: "unknownMember" in body_of(answer)))
    smallest = shrunk(fake, attempt)
    assert isinstance(smallest, Trial)
    assert [each.kind for each in smallest.attempt.alterations] == [Kind.UNKNOWN_MEMBER]
    assert smallest.attempt.answer.unusual == "body.unknownMember is a member that is not documented"


def test_two_alterations_that_only_break_the_client_together_are_both_left():
    def weak(answer):
        return answer.body.startswith(b"\n") and "unknownMember" in body_of(answer)

    smallest = shrunk(Fake(crashes_where(weak)), several(Kind.UNKNOWN_MEMBER, Kind.WHITE_SPACE, Kind.HEADERS))
    assert isinstance(smallest, Trial)
    assert {each.kind for each in smallest.attempt.alterations} == {Kind.UNKNOWN_MEMBER, Kind.WHITE_SPACE}


def test_a_value_is_made_as_mild_as_it_can_be():
    found = [each for each in alterations(Kind.NUMBER, allowed=True) if each.place == ("body", "id")]
    fake = Fake(crashes_where(lambda answer: abs(body_of(answer)["id"]) > 2**40))
    smallest = shrunk(fake, MAKER.make(start(), found[-1:], allowed=True))
    assert isinstance(smallest, Trial)
    assert smallest.attempt.answer.unusual == "body.id is 9007199254740993, above 2**53"


def test_once_is_smaller_than_always():
    (cut, *_) = alterations(Kind.TRUNCATED_BODY, allowed=False)
    always = MAKER.make(start(), [cut], allowed=False, always=True)
    smallest = shrunk(Fake(crashes_where(lambda answer: body_of(answer) is None)), always)
    assert isinstance(smallest, Trial)
    assert smallest.attempt.often == "once"


def test_what_only_breaks_the_client_always_stays_so():
    (cut, *_) = alterations(Kind.TRUNCATED_BODY, allowed=False)
    always = MAKER.make(start(), [cut], allowed=False, always=True)
    smallest = shrunk(Fake(lambda attempt: Did(1 if attempt.always else 0, requests=1, met=1)), always)
    assert isinstance(smallest, Trial)
    assert smallest.attempt.often == "always"


def test_a_client_that_breaks_in_another_way_is_another_weakness():
    def client(attempt):
        hangs = len(attempt.alterations) > 1
        return Did(143 if hangs else 1, stopped=hangs, requests=1, met=1)

    smallest = shrunk(Fake(client), several(Kind.WHITE_SPACE, Kind.HEADERS))
    assert isinstance(smallest, Trial)
    assert smallest.did.stopped
    assert len(smallest.attempt.alterations) == 2


def test_a_client_that_does_not_break_again_is_flaky():
    runs = count()
    fake = Fake(lambda _: Did(1 if next(runs) == 0 else 0, requests=1, met=1))
    flaky = shrunk(fake, several(Kind.WHITE_SPACE))
    assert isinstance(flaky, Flaky)
    assert (flaky.broke, flaky.runs) == (1, 1 + AGAIN)


def test_one_alteration_takes_few_runs():
    fake = Fake(crashes_where(lambda answer: "unknownMember" in body_of(answer)))
    shrunk(fake, several(Kind.UNKNOWN_MEMBER, Kind.WHITE_SPACE, Kind.HEADERS, Kind.HEADER_NAMES))
    assert len(fake.runs) <= 20
