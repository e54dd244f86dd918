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


def test_members_keep_their_order_whatever_is_done() -> None:
    random = Random(1)
    members, expected = group("first"), ["first"]
    for step in range(5000):
        name = str(random.randrange(600))
        if random.randrange(3) < 2 or not expected:
            members.add(name)
            expected += [name] if name not in expected else []
        else:
            members.discard(name)
            expected = [each for each in expected if each != name]
        assert len(members) == len(expected), step
    assert list(members) == expected


def test_the_garbage_collector_does_not_traverse_the_members() -> None:
    members = group(*(f"member {number}" for number in range(1000)))
    gc.collect()
    assert all(not gc.is_tracked(each) for each in gc.get_referents(members) if isinstance(each, dict))
