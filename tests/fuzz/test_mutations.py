"""What clients stumble over can be drawn, of each documented answer that has a place for it."""

from __future__ import annotations

import json
from contextlib import suppress
from itertools import permutations

import pytest

from crm_contracts.fuzz import MutationKind
from crm_contracts.fuzz.example_responses import example_responses
from crm_contracts.fuzz.mutation_pool import mutation_pool
from crm_contracts.fuzz.response_builder import MutationNotApplicable
from crm_contracts.fuzz.transport_mutations import shuffled

(CREATED,) = example_responses("config_api.createLead", None, "created_full")
(LARGE,) = example_responses("crmcom.createLead", None, "created")


ALL = ("allowed", "forbidden")


def bodies(start, kind, sorts=ALL):
    """Return the bodies of a kind, by what is unusual."""
    found = [each for sort in sorts for each in getattr(mutation_pool(start), sort).get(kind, [])]
    return {each.words: each.apply(start.builder).body for each in found}


def values(start, kind, sorts=ALL):
    """Return the values of bodies of a kind, but for what Python does not read."""
    return [json.loads(body) for words, body in bodies(start, kind, sorts).items() if "5000 digits" not in words]


def test_members_may_be_absent_null_or_unknown():
    documented_members = set(CREATED.builder.value)
    absent = [documented_members - set(value) for value in values(CREATED, MutationKind.ABSENT)]
    assert all({name} in absent for name in documented_members)
    assert any(value["id"] is None for value in values(CREATED, MutationKind.NULL) if isinstance(value, dict))
    further = {name for value in values(CREATED, MutationKind.UNKNOWN_MEMBER) for name in value} - documented_members
    assert {"unknownMember", "__proto__", "", "ID"} <= further


def test_an_object_may_have_its_required_members_only():
    allowed = bodies(LARGE, MutationKind.ABSENT, ["allowed"])
    assert any(words.endswith("has only the members that it must have") for words in allowed)


@pytest.mark.parametrize("number", [-(2**63), 2**63 - 1, 2**63, 2**70, 2**53 + 1, 0, -1])
def test_an_integer_goes_to_the_bounds_of_its_format_and_beyond(number):
    assert number in [value["id"] for value in values(CREATED, MutationKind.NUMBER)]


def test_a_number_may_have_more_digits_than_python_reads():
    body = bodies(CREATED, MutationKind.NUMBER, ["forbidden"])["body.id is an integer of 5000 digits"]
    with pytest.raises(ValueError, match="4300 digits"):
        json.loads(body)


def test_a_moment_has_up_to_seven_digits_and_any_zone():
    created = LARGE.builder.value["data"]["log_information"]["created_date"]
    fractions = ["", *(f".{'1234567'[:digits]}" for digits in range(1, 8))]
    zones = ["", "Z", "+00:00", "-03:30", "+14:00"]
    given = {value["data"]["log_information"]["created_date"] for value in values(LARGE, MutationKind.DATE)}
    assert {f"{created}{fraction}{zone}" for fraction in fractions for zone in zones} <= given


def test_half_of_a_character_is_written_as_an_escape():
    body = bodies(CREATED, MutationKind.TEXT, ["forbidden"])[r'body.uuid is "\ud83d", half of a character']
    assert rb'"uuid":"\ud83d"' in body


def test_a_member_may_come_twice_with_the_same_value():
    (body,) = bodies(CREATED, MutationKind.DUPLICATE_MEMBER, ["allowed"]).values()
    assert body.count(b'"id":1246358530') == 2
    assert json.loads(body) == CREATED.builder.value


def test_a_member_may_come_again_as_null():
    (body,) = bodies(CREATED, MutationKind.DUPLICATE_MEMBER, ["forbidden"]).values()
    assert body.startswith(b'{"id":1246358530,')
    assert body.endswith(b',"id":null}')


def test_members_may_come_in_any_order():
    given = set()
    for seed in range(200):
        with suppress(MutationNotApplicable):  # the order of the example
            given.add(tuple(json.loads(shuffled(seed).apply(CREATED.builder).body)))
    assert given == set(permutations(CREATED.builder.value)) - {tuple(CREATED.builder.value)}


def test_an_array_may_be_empty_or_huge():
    sizes = {len(value["data"]["products_set"]) for value in values(LARGE, MutationKind.ARRAY)}
    assert {0, 2, 100} <= sizes
