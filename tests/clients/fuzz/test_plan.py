"""The order in which a client is given what."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from crm_contracts.clients.fuzz.plan import FuzzPlan, StartingPoint
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.shard import Shard
from tests.clients.fuzz.fakes import CASES, start

READ = (("data",), ("data", "number"))
LEAD = StartingPoint(start("created", "crmcom.createLead"), 0, READ)
SMALL = StartingPoint(start("created_minimal"), 0, (("id",),))


def first(number, *starts, seed=0):
    return list(islice(FuzzPlan(starts or (LEAD,), CASES, seed), number))


def singles(cases):
    return [each for each in cases if len(each.mutations) == 1]


def shown(cases):
    return [(each.response.unusual, each.often, each.response.body) for each in cases]


def test_the_same_seed_gives_the_same_answers():
    assert shown(first(100)) == shown(first(100))
    assert shown(first(100)) != shown(first(100, seed=1))


def test_every_kind_at_what_the_client_reads_comes_early():
    early = singles(first(200))
    tried = {(each.mutations[0].location, each.response.kind) for each in early}
    number = ("body", "data", "number")
    assert {
        (number, kind) for kind in (MutationKind.NULL, MutationKind.TYPE, MutationKind.ABSENT, MutationKind.TEXT)
    } <= tried
    assert {
        MutationKind.PROXY_PAGE,
        MutationKind.TRUNCATED_BODY,
        MutationKind.LOST_ANSWER,
        MutationKind.BROKEN_CONNECTION,
    } <= {kind for _, kind in tried}


def test_what_the_client_does_not_read_comes_later():
    early = [each for number, each in enumerate(first(60)) if number % 3 != 1]
    places = [each.mutations[0].location for each in early if len(each.mutations[0].location) > 1]
    in_body = [place[1:] for place in places if place[0] == "body"]
    assert in_body
    assert all(LEAD.is_read(path) for path in in_body)


def test_one_of_three_answers_has_several_mutations_that_the_contract_allows():
    several = first(60, SMALL)[1::3]
    assert all(each.response.allowed for each in several)
    assert max(len(each.mutations) for each in several) > 3


def test_what_may_be_got_over_by_calling_again_is_given_once_and_always():
    pages = [each for each in first(300, SMALL) if each.response.kind is MutationKind.PROXY_PAGE]
    assert {each.often for each in pages} == {"once", "always"}
    lost = [each for each in first(300, SMALL) if each.response.kind is MutationKind.LOST_ANSWER]
    assert {each.often for each in lost} == {"once"}


def test_answers_go_on_when_every_single_mutation_has_been_tried():
    cases = first(1_500, SMALL)
    assert len(cases) == 1_500
    assert len(singles(cases[-100:])) < 50


def test_what_is_known_to_break_the_client_is_left_out():
    plan = FuzzPlan((SMALL,), CASES, 0)
    cases = iter(plan)
    known = next(each for each in cases if each.mutations and each.response.kind is MutationKind.NUMBER)
    plan.leave_out(known)
    place = known.mutations[0].location
    further = [one for each in islice(cases, 600) for one in each.mutations]
    assert not [each for each in further if (each.location, each.kind) == (place, MutationKind.NUMBER)]
    assert [each for each in further if each.kind is MutationKind.NUMBER] or place == ("body", "id")


def test_what_takes_time_is_not_tried_again_and_again():
    assert not [each for each in first(400, SMALL) if each.response.delay_ms]


def in_shards(number, total):
    """Return the first cases of each shard of a plan, by one starting point."""
    plans = [FuzzPlan((SMALL,), CASES, 0, Shard(part, total)) for part in range(1, total + 1)]
    return [list(islice(plan, number)) for plan in plans]


def test_together_the_shards_are_the_plan():
    whole = Counter(shown(first(180, SMALL)))
    assert sum((Counter(shown(each)) for each in in_shards(60, 3)), Counter()) == whole


def test_a_shard_that_leaves_something_out_gets_no_case_of_another_shard():
    all_of_it, _ = in_shards(60, 2)
    plan = FuzzPlan((SMALL,), CASES, 0, Shard(1, 2))
    plan.leave_out(all_of_it[0])
    own = list(islice(plan, 30))
    assert all_of_it[0].unusual not in {each.unusual for each in own}
    assert set(shown(own[::3])) <= set(shown(all_of_it))
