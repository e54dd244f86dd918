"""Mutations of documented responses."""

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


def bodies(start, kind, groups=ALL):
    """Return the bodies with a kind of mutation, by description."""
    mutations = [each for group in groups for each in getattr(mutation_pool(start), group).get(kind, [])]
    return {each.description: each.apply(start.builder).body for each in mutations}


def values(start, kind, groups=ALL):
    """Return the values of bodies with a kind of mutation, except those that Python cannot parse."""
    return [
        json.loads(body)
        for description, body in bodies(start, kind, groups).items()
        if "5000 digits" not in description
    ]


def test_members_may_be_absent_null_or_unknown():
    documented_members = set(CREATED.builder.value)
    absent = [documented_members - set(value) for value in values(CREATED, MutationKind.ABSENT)]
    assert all({name} in absent for name in documented_members)
    assert any(value["id"] is None for value in values(CREATED, MutationKind.NULL) if isinstance(value, dict))
    unknown = {name for value in values(CREATED, MutationKind.UNKNOWN_MEMBER) for name in value} - documented_members
    assert {"unknownMember", "__proto__", "", "ID"} <= unknown


def test_an_object_may_have_its_required_members_only():
    allowed = bodies(LARGE, MutationKind.ABSENT, ["allowed"])
    assert any(description.endswith("has only its required members") for description in allowed)


@pytest.mark.parametrize("number", [-(2**63), 2**63 - 1, 2**63, 2**70, 2**53 + 1, 0, -1])
def test_an_integer_may_be_at_and_beyond_the_limits_of_its_format(number):
    assert number in [value["id"] for value in values(CREATED, MutationKind.NUMBER)]


def test_a_number_may_have_more_digits_than_python_parses():
    body = bodies(CREATED, MutationKind.NUMBER, ["forbidden"])["body.id is an integer with 5000 digits"]
    with pytest.raises(ValueError, match="4300 digits"):
        json.loads(body)


def test_a_date_time_may_have_up_to_seven_digits_and_any_offset():
    created = LARGE.builder.value["data"]["log_information"]["created_date"]
    fractions = ["", *(f".{'1234567'[:digits]}" for digits in range(1, 8))]
    zones = ["", "Z", "+00:00", "-03:30", "+14:00"]
    created_dates = {value["data"]["log_information"]["created_date"] for value in values(LARGE, MutationKind.DATE)}
    assert {f"{created}{fraction}{zone}" for fraction in fractions for zone in zones} <= created_dates


def test_an_unpaired_surrogate_is_escaped():
    body = bodies(CREATED, MutationKind.TEXT, ["forbidden"])[r'body.uuid is "\ud83d", half of a surrogate pair']
    assert rb'"uuid":"\ud83d"' in body


def test_a_member_may_be_repeated_with_the_same_value():
    (body,) = bodies(CREATED, MutationKind.DUPLICATE_MEMBER, ["allowed"]).values()
    assert body.count(b'"id":1246358530') == 2
    assert json.loads(body) == CREATED.builder.value


def test_a_member_may_be_repeated_with_null():
    (body,) = bodies(CREATED, MutationKind.DUPLICATE_MEMBER, ["forbidden"]).values()
    assert body.startswith(b'{"id":1246358530,')
    assert body.endswith(b',"id":null}')


def test_members_may_be_in_any_order():
    orders = set()
    for seed in range(200):
        with suppress(MutationNotApplicable):  # the order of the example
            orders.add(tuple(json.loads(shuffled(seed).apply(CREATED.builder).body)))
    assert orders == set(permutations(CREATED.builder.value)) - {tuple(CREATED.builder.value)}


def test_an_array_may_be_empty_or_huge():
    sizes = {len(value["data"]["products_set"]) for value in values(LARGE, MutationKind.ARRAY)}
    assert {0, 2, 100} <= sizes
