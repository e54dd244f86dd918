"""What breaks a client program is shrunk to one mutation, in few runs."""

from __future__ import annotations

from itertools import count

from crm_contracts.clients.fuzz.cases import FuzzCase
from crm_contracts.clients.fuzz.shrinking import CONFIRMATIONS, Shrinker
from crm_contracts.clients.fuzz.weakness import FlakyCase, FuzzResult
from crm_contracts.clients.model import RunResult
from crm_contracts.fuzz.mutation_kinds import MutationKind
from tests.clients.fuzz.fakes import CASES, Fake, body_of, crashes_where, mutations, start


def shrunk(fake: Fake, case: FuzzCase) -> FuzzResult | FlakyCase:
    (result,) = fake.run_all([case])
    assert result.failures
    return Shrinker(CASES, fake.run_all, fake.run_all).shrink(result)


def several(*kinds: MutationKind) -> FuzzCase:
    """Return an answer with an mutation of each kind, and of each place of the body that has one."""
    chosen = [each for kind in kinds for each in mutations(kind, allowed=True)]
    return CASES.build(start(), chosen, allowed=True)


def test_of_several_mutations_the_one_that_breaks_the_client_is_left():
    case = several(MutationKind.UNKNOWN_MEMBER, MutationKind.WHITE_SPACE, MutationKind.HEADERS, MutationKind.TEXT)
    assert len(case.mutations) > 5
    fake = Fake(crashes_where(lambda answer: "unknownMember" in body_of(answer)))
    smallest = shrunk(fake, case)
    assert not isinstance(smallest, FlakyCase)
    assert [each.kind for each in smallest.case.mutations] == [MutationKind.UNKNOWN_MEMBER]
    assert smallest.case.response.unusual == "body.unknownMember is an undocumented member"


def test_two_mutations_that_only_break_the_client_together_are_both_left():
    def weak(answer):
        return answer.body.startswith(b"\n") and "unknownMember" in body_of(answer)

    smallest = shrunk(
        Fake(crashes_where(weak)), several(MutationKind.UNKNOWN_MEMBER, MutationKind.WHITE_SPACE, MutationKind.HEADERS)
    )
    assert not isinstance(smallest, FlakyCase)
    assert {each.kind for each in smallest.case.mutations} == {MutationKind.UNKNOWN_MEMBER, MutationKind.WHITE_SPACE}


def test_a_value_is_made_as_mild_as_it_can_be():
    found = [each for each in mutations(MutationKind.NUMBER, allowed=True) if each.location == ("body", "id")]
    fake = Fake(crashes_where(lambda answer: abs(body_of(answer)["id"]) > 2**40))
    smallest = shrunk(fake, CASES.build(start(), found[-1:], allowed=True))
    assert not isinstance(smallest, FlakyCase)
    assert smallest.case.response.unusual == "body.id is 9007199254740993, above 2**53"


def test_once_is_smaller_than_always():
    (cut, *_) = mutations(MutationKind.TRUNCATED_BODY, allowed=False)
    always = CASES.build(start(), [cut], allowed=False, always=True)
    smallest = shrunk(Fake(crashes_where(lambda answer: body_of(answer) is None)), always)
    assert not isinstance(smallest, FlakyCase)
    assert smallest.case.often == "once"


def test_what_only_breaks_the_client_always_stays_so():
    (cut, *_) = mutations(MutationKind.TRUNCATED_BODY, allowed=False)
    always = CASES.build(start(), [cut], allowed=False, always=True)
    smallest = shrunk(Fake(lambda case: RunResult(1 if case.always else 0, requests=1, delivered=1)), always)
    assert not isinstance(smallest, FlakyCase)
    assert smallest.case.often == "always"


def test_a_client_that_breaks_in_another_way_is_another_weakness():
    def client(case):
        hangs = len(case.mutations) > 1
        return RunResult(143 if hangs else 1, stopped=hangs, requests=1, delivered=1)

    smallest = shrunk(Fake(client), several(MutationKind.WHITE_SPACE, MutationKind.HEADERS))
    assert not isinstance(smallest, FlakyCase)
    assert smallest.run.stopped
    assert len(smallest.case.mutations) == 2


def test_a_client_that_does_not_break_again_is_flaky():
    runs = count()
    fake = Fake(lambda _: RunResult(1 if next(runs) == 0 else 0, requests=1, delivered=1))
    flaky = shrunk(fake, several(MutationKind.WHITE_SPACE))
    assert isinstance(flaky, FlakyCase)
    assert (flaky.broke, flaky.runs) == (1, 1 + CONFIRMATIONS)


def test_one_mutation_takes_few_runs():
    fake = Fake(crashes_where(lambda answer: "unknownMember" in body_of(answer)))
    shrunk(
        fake,
        several(MutationKind.UNKNOWN_MEMBER, MutationKind.WHITE_SPACE, MutationKind.HEADERS, MutationKind.HEADER_NAMES),
    )
    assert len(fake.runs) <= 20
