"""What is called compatible keeps valid what was valid: held against the validators that requests are held to."""

from __future__ import annotations

from random import Random

import pytest

from crm_contracts.diff.variance import Effect
from tests.diff.generated import altered, compared, is_named, schema, validator, value

PAIRS = 150
"""Pairs of schemas in each of the tests."""
VALUES = 60
GROUPS = range(10)


def _pairs(group):
    for seed in range(group * PAIRS, (group + 1) * PAIRS):
        random = Random(seed)
        old = schema(random)
        yield old, altered(random, old), [value(random) for _ in range(VALUES)]


@pytest.mark.parametrize("group", GROUPS)
def test_a_value_is_only_lost_or_gained_where_that_is_reported(group):
    unreported = []
    for old, new, values in _pairs(group):
        effects = {effect for found in compared(old, new) for effect in found.effect}
        was, now = validator(old), validator(new)
        for each in values:
            lost = was.is_valid(each) and not now.is_valid(each) and is_named(old, each)
            gained = now.is_valid(each) and not was.is_valid(each) and is_named(new, each)
            if (lost and not effects & {Effect.NARROWED, Effect.UNHEEDED}) or (
                gained and Effect.WIDENED not in effects
            ):
                unreported.append((each, old, new))
    assert unreported == []


def test_values_are_lost_and_gained_at_all():
    lost = gained = 0
    for old, new, values in _pairs(0):
        was, now = validator(old), validator(new)
        lost += any(was.is_valid(each) and not now.is_valid(each) and is_named(old, each) for each in values)
        gained += any(now.is_valid(each) and not was.is_valid(each) and is_named(new, each) for each in values)
    assert min(lost, gained) > 20


def test_a_schema_against_itself_has_no_changes():
    assert [old for old, _, _ in _pairs(0) if compared(old, {**old, "title": "the same"})] == []
