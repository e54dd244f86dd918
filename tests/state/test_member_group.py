"""Groups of strings: order, removal, and what the garbage collector sees of them."""

from __future__ import annotations

import gc
from random import Random

from crm_mocks.state.member_group import MemberGroup


def group(*members: str) -> MemberGroup:
    first, *others = members
    made = MemberGroup(first)
    for member in others:
        made.add(member)
    return made


def test_a_member_that_is_added_again_keeps_its_position() -> None:
    assert list(group("a", "b", "a")) == ["a", "b"]


def test_the_oldest_member_is_taken_first() -> None:
    members = group("a", "b", "c")
    assert [members.take_oldest() for _ in range(3)] == ["a", "b", "c"]
    assert not members


def test_a_discarded_member_is_not_taken() -> None:
    members = group("a", "b", "c")
    assert members.take_oldest() == "a"
    members.discard("b")
    assert members.take_oldest() == "c"


def test_a_member_that_was_discarded_and_added_again_is_the_youngest() -> None:
    members = group("a", "b", "c")
    assert members.take_oldest() == "a"
    members.discard("b")
    members.add("b")
    assert [members.take_oldest() for _ in range(2)] == ["c", "b"]


def test_members_keep_their_order_whatever_is_done() -> None:
    random = Random(1)
    members, expected = group("first"), ["first"]
    for step in range(5000):
        name = str(random.randrange(600))
        kind = random.randrange(4)
        if kind < 2 or not expected:
            members.add(name)
            expected += [name] if name not in expected else []
        elif kind == 2:
            members.discard(name)
            expected = [each for each in expected if each != name]
        else:
            assert members.take_oldest() == expected.pop(0), step
        assert len(members) == len(expected)
    assert list(members) == expected


def test_the_garbage_collector_does_not_traverse_the_members() -> None:
    members = group(*(f"member {number}" for number in range(1000)))
    gc.collect()
    assert all(not gc.is_tracked(each) for each in gc.get_referents(members) if isinstance(each, dict))
