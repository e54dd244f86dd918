"""Values for any schema: valid, realistic, the same for the same seed."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_mocks.contract.schema import Schemas
from crm_mocks.generic import pattern_text as pattern_text_module
from crm_mocks.generic import value_maker
from crm_mocks.generic.merged_schema import resolved
from crm_mocks.generic.pattern_text import pattern_text
from crm_mocks.generic.values import make_value

_NAMES = st.sampled_from(["email", "name", "created_at", "updated_at", "city", "x", "id", "amount"])


def value(schema, document=None, *, examples=True, seed=1):
    document = document or {}
    validator = Schemas("test", document).compile(schema)
    made = make_value(
        document, schema, lambda attempt: Random(f"{seed} {attempt}"), validator=validator, examples=examples
    )
    assert validator.is_valid(made), (schema, made)
    return made


def _numbers(kind):
    return st.tuples(st.integers(-50, 50), st.integers(0, 50), st.booleans()).map(
        lambda each: {"type": kind, "minimum": each[0], "maximum": each[0] + each[1], "nullable": each[2]}
    )


_STRINGS = st.one_of(
    st.just({"type": "string"}),
    st.sampled_from(
        ["date", "date-time", "uuid", "email", "uri", "ipv4", "ipv6", "hostname", "time", "byte", "binary", "unknown"]
    ).map(lambda kind: {"type": "string", "format": kind}),
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(
        lambda each: {"type": "string", "minLength": each[0], "maxLength": each[0] + each[1]}
    ),
    st.sampled_from(["^[A-Z]{2}\\d{4}$", "^(a|b)+$", "\\d+", "^\\+?[0-9 ]{6,12}$", "^[^x]*$", "^con_\\w{8}$"]).map(
        lambda pattern: {"type": "string", "pattern": pattern}
    ),
)
_SCALARS = st.one_of(
    _STRINGS,
    _numbers("integer"),
    _numbers("number"),
    st.just({"type": "boolean"}),
    st.just({"enum": ["a", 1, None]}),
    st.just({"type": "string", "enum": ["a", "b"]}),
)


def _nested(inner):
    objects = st.tuples(st.dictionaries(_NAMES, inner, max_size=4), st.booleans(), st.booleans()).map(
        lambda each: {
            "type": "object",
            "properties": each[0],
            "additionalProperties": each[2],
            **({"required": sorted(each[0]) if each[1] else sorted(each[0])[:1]} if each[0] else {}),
        }
    )
    arrays = st.tuples(inner, st.integers(0, 3), st.integers(0, 3)).map(
        lambda each: {"type": "array", "items": each[0], "minItems": each[1], "maxItems": each[1] + each[2]}
    )
    maps = inner.map(lambda each: {"type": "object", "additionalProperties": each, "minProperties": 1})
    choices = st.lists(inner, min_size=1, max_size=3).map(lambda each: {"anyOf": each})
    wholes = objects.map(lambda each: {"allOf": [each, {"type": "object", "maxProperties": 9}]})
    return st.one_of(objects, arrays, maps, choices, wholes)


@settings(max_examples=200, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.recursive(_SCALARS, _nested, max_leaves=8), st.booleans())
def test_values_match_their_schema(schema, examples):
    value(schema, examples=examples)


def test_examples_of_members_are_used():
    schema = {"type": "object", "properties": {"code": {"type": "string", "example": "A1"}}}

    assert value(schema) == {"code": "A1"}


def test_an_empty_example_of_an_object_with_members_is_not_used():
    schema = {"type": "object", "properties": {"name": {"type": "string", "example": "Ann"}}, "example": {}}
    assert value(schema) == {"name": "Ann"}


def test_an_example_that_breaks_its_schema_is_not_used():
    assert isinstance(value({"type": "object", "properties": {"n": {"type": "integer", "example": "x"}}})["n"], int)


def test_without_examples_everything_is_generated():
    schema = {"type": "object", "properties": {"code": {"type": "string", "example": "A1"}}}

    assert value(schema, examples=False)["code"] != "A1"


def test_the_same_seed_gives_the_same_value():
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in ("email", "city", "x")}}

    assert value(schema, seed=1) == value(schema, seed=1) != value(schema, seed=2)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("email", r"[^@ ]+@example\.(com|net|org)"),
        ("billing_email", r"[^@ ]+@example\.(com|net|org)"),
        ("phoneNumber", r"\+\d{8,}"),
        ("postcode", r"[A-Z]\d[A-Z] ?\d[A-Z]\d"),
        ("vin", r"[A-HJ-NPR-Z0-9]{17}"),
        ("website", r"https://example\.com/.*"),
        ("countryCode", r"CA"),
        ("first_name", r"\w[\w' .-]*"),
        ("uuid", r"[0-9a-f-]{36}"),
        ("created_at", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("closedOn", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("due_date", r"\d{4}-\d\d-\d\d"),
        ("startDate", r"\d{4}-\d\d-\d\d"),
        ("candidate", r"[a-z]+ [a-z]+"),
        ("format", r"[a-z]+ [a-z]+"),
    ],
)
def test_values_are_chosen_by_the_name_of_the_member(name, pattern):
    made = value({"type": "object", "properties": {name: {"type": "string"}}})[name]

    assert re.fullmatch(pattern, made)


def test_moments_without_format_are_in_order():
    members = {name: {"type": "string"} for name in ("updatedAt", "createdAt")}
    made = value({"type": "object", "properties": members})

    assert made["createdAt"] <= made["updatedAt"]


@pytest.mark.parametrize(
    ("owner", "pattern"),
    [
        ("deal_stages", "[A-Z][a-z]+ deal stage"),
        ("getPetsResponse", "[A-Z][a-z]+ pet"),
        ("{id}", r"([A-Z][a-z]+) (?!\1)[a-z]+"),
        ("", r"([A-Z][a-z]+) (?!\1)[a-z]+"),
    ],
)
def test_a_name_says_what_has_it(owner, pattern):
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    for seed in range(20):
        made = make_value({}, schema, lambda attempt, seed=seed: Random(f"{seed} {attempt}"), owner=owner)

        assert re.fullmatch(pattern, made["name"], re.IGNORECASE if owner in ("", "{id}") else 0)


def test_a_name_without_owner_is_that_of_its_schema():
    document = {"components": {"schemas": {"Pet": {"type": "object", "properties": {"name": {"type": "string"}}}}}}

    assert value({"$ref": "#/components/schemas/Pet"}, document)["name"].endswith(" pet")


def test_name_and_address_of_a_person_belong_together():
    members = ("first_name", "last_name", "full_name")
    made = value({"type": "object", "properties": {name: {"type": "string"} for name in members}})

    assert made["full_name"] == f"{made['first_name']} {made['last_name']}"


@pytest.mark.parametrize("seed", range(10))
def test_dates_are_in_order(seed):
    moment = {"type": "string", "format": "date-time"}
    names = ("updated_at", "closed_at", "created_at")
    made = value({"type": "object", "properties": dict.fromkeys(names, moment)}, seed=seed)

    assert made["created_at"] <= made["updated_at"] <= made["closed_at"]


def test_members_for_requests_only_are_left_out():
    members = {"password": {"type": "string", "writeOnly": True}, "login": {"type": "string", "readOnly": True}}

    assert list(value({"type": "object", "properties": members})) == ["login"]


def test_schemas_that_contain_themselves_end():
    node = {"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string"}, "parent": {"$ref": "#/components/schemas/Node"},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}}}  # fmt: skip

    made = value({"$ref": "#/components/schemas/Node"}, {"components": {"schemas": {"Node": node}}})

    assert made["children"] == []


def test_the_branch_of_a_choice_is_named():
    cat = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    document = {"components": {"schemas": {"Cat": cat}}}
    schema = {"oneOf": [{"$ref": "#/components/schemas/Cat"}], "discriminator": {"propertyName": "kind"}}

    assert value(schema, document) == {"kind": "Cat"}


def test_exactly_one_branch_of_a_choice_matches():
    value({"oneOf": [{"type": "integer"}, {"type": "number"}, {"type": "string", "maxLength": 3}]})


@pytest.mark.parametrize("excluded", [
    {"type": "string"}, {"anyOf": [{"type": "string"}, {"type": "integer"}]}, {"type": "string", "nullable": True}
])  # fmt: skip  # rows read better
def test_a_value_is_of_a_type_that_is_not_excluded(excluded):
    assert not isinstance(value({"not": excluded}), str)


def test_unique_entries_differ():
    items = {"type": "string", "enum": ["a", "b", "c"]}

    assert len(set(value({"type": "array", "items": items, "minItems": 3, "uniqueItems": True}))) == 3


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Z]{3}-\d{4}$",
        r"^(foo|bar)?baz+$",
        r"^\p{L}+$",
        r"^(?:[01]\d|2[0-3]):[0-5]\d$",
        r"^(?<year>\d{4})$",
        r"x{2,}",
    ],
)
def test_texts_match_their_pattern(pattern):
    plain = pattern.replace(r"\p{L}", "[a-z]").replace("?<year>", "")

    assert re.search(plain, pattern_text(pattern, Random(1)))


@pytest.mark.parametrize(("low", "high"), [(12, 12), (0, 1), (5, 9)])
def test_texts_of_a_pattern_keep_the_length(low, high):
    assert low <= len(pattern_text("^[a-z]*$", Random(1), low, high)) <= high


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "minItems": 10**8, "items": {"type": "integer"}},
        {"type": "array", "minItems": 10**8, "items": {"type": "string", "minLength": 10**8}},
        {"type": "object", "minProperties": 10**8, "additionalProperties": {"type": "integer"}},
    ],
)
def test_no_value_is_made_of_a_schema_that_requires_millions(schema, monkeypatch):
    read = []
    monkeypatch.setattr(value_maker, "resolved", lambda document, node: read.append(node) or resolved(document, node))

    assert make_value({}, schema, Random) is None
    assert read == [schema] * len(read)  # none of its parts


@pytest.mark.parametrize(
    ("pattern", "low", "is_made"),
    [
        ("^(.*)*x(.*)*y(.*)*$", 1000, True),
        ("((((a{60}){60}){60}){60}){60}", 0, False),
        ("(((((^)*)*)*)*)*.*", 900, True),
    ],
)
def test_repetitions_within_each_other_take_a_bounded_number_of_steps(
    pattern: str, low: int, is_made: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0
    write = pattern_text_module._Writer._part

    def counted(writer: Any, operator: str, argument: Any) -> str:
        nonlocal steps
        steps += 1
        assert steps < 3_000_000
        return write(writer, operator, argument)

    monkeypatch.setattr(pattern_text_module._Writer, "_part", counted)
    made = pattern_text_module.pattern_text(pattern, Random(1), low)
    assert (made is not None) == is_made
