"""A contract reads alike inside the product and in its published form."""

from __future__ import annotations

from crm_mocks.contract.published_form import expand, publish

CONDITION = {"anyOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}]}
PUBLISHED = {"type": "object", "properties": {"a": {}}, "not": {"not": CONDITION}}


def test_a_condition_under_two_negations_is_the_condition_itself() -> None:
    expanded = expand(PUBLISHED)
    assert expanded["anyOf"] == CONDITION["anyOf"]
    assert "not" not in expanded


def test_a_condition_is_published_under_two_negations() -> None:
    assert publish(expand(PUBLISHED)) == PUBLISHED


def test_a_single_negation_stays() -> None:
    schema = {"not": {"required": ["a"]}}
    assert publish(expand(schema)) == expand(schema) == schema


def test_refused_examples_below_a_condition_keep_their_place() -> None:
    media_type = {"schema": PUBLISHED, "examples": {"a": {"value": 1}}, "x-refused-examples": {"b": {"value": 2}}}
    assert publish(expand(media_type)) == media_type
