from __future__ import annotations

from random import Random

import pytest

from crm_mocks.contract.schema import Schemas
from crm_mocks.generic.search import ValueSearch
from crm_mocks.generic.values import make_value

_STRING = {"type": "string"}
_INTEGER = {"type": "integer"}
_BOOLEAN = {"type": "boolean"}


def _node(*required, **properties):
    node = {"type": "object", "properties": properties}
    return {**node, "required": list(required)} if required else node


def _to(name):
    return {"$ref": f"#/components/schemas/{name}"}


_COMPONENTS = {
    "Endless": _node("next", next=_to("Endless")),
    "Left": _node("right", right=_to("Right")),
    "Right": _node("left", left=_to("Left")),
    "EndlessList": _node("kids", kids={"type": "array", "minItems": 1, "items": _to("EndlessList")}),
    "Tree": {"oneOf": [_node("left", "right", left=_to("Tree"), right=_to("Tree")), _INTEGER]},
    "Chain": {**_node("next", next=_to("Chain")), "nullable": True},
    "Names": {"type": "object", "additionalProperties": _to("Names")},
}

POSSIBLE = {
    "not beside an enum": {"enum": ["a", "b", "c"], "not": {"enum": ["a", "b"]}},
    "not a pattern": {**_STRING, "not": {"pattern": "^[a-z]"}},
    "not a length": {**_STRING, "not": {"maxLength": 300}},
    "not a range": {**_INTEGER, "not": {"minimum": -10, "maximum": 1_000_000}},
    "not a multiple": {**_INTEGER, "not": {"multipleOf": 2}},
    "not a format": {**_STRING, "not": {"format": "date"}},
    "not any of some types": {"not": {"anyOf": [_STRING, {"type": "number"}, _BOOLEAN]}},
    "no number but a fraction": {"type": "number", "not": _INTEGER},
    "not a value of a member": {**_node("a", a={"enum": ["x", "y"]}), "not": {"properties": {"a": {"enum": ["x"]}}}},
    "not a member": {**_node(a=_STRING), "minProperties": 1, "not": {"anyOf": [{"required": ["a"]}]}},
    "not all entries": {
        "type": "array",
        "items": {"enum": [1, 2]},
        "minItems": 1,
        "not": {"items": {"enum": [1]}},
    },
    "not few entries": {"type": "array", "items": _STRING, "not": {"maxItems": 5}},
    "not few members": {"type": "object", "not": {"maxProperties": 2}},
    "not another schema": {"not": _to("Tree")},
    "unique of an enum": {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True},
    "unique booleans or null": {
        "type": "array",
        "items": {**_BOOLEAN, "nullable": True},
        "minItems": 3,
        "uniqueItems": True,
    },
    "unique objects": {
        "type": "array",
        "items": _node("k", k={"enum": ["x", "y"]}),
        "minItems": 2,
        "uniqueItems": True,
    },
    "unique texts of a pattern": {
        "type": "array",
        "items": {**_STRING, "format": "email", "pattern": "@corp\\.example$"},
        "minItems": 2,
        "uniqueItems": True,
    },
    "unique chains": {"type": "array", "items": _to("Chain"), "minItems": 2, "uniqueItems": True},
    "unique objects of such objects": {"type": "array", "items": _to("Names"), "minItems": 2, "uniqueItems": True},
    "exactly one of two": {"oneOf": [{"properties": {"a": _STRING}}, {"properties": {"b": _INTEGER}}]},
    "exactly one of each": {
        **_node(a=_STRING, b=_STRING, c=_STRING),
        "allOf": [{"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"oneOf": [{"required": ["b"]}]}],
    },
    "one of ranges": {"oneOf": [{**_INTEGER, "minimum": 0}, {**_INTEGER, "maximum": 100}]},
    "two patterns": {"allOf": [{**_STRING, "pattern": "^a"}, {**_STRING, "pattern": "b$"}]},
    "a pattern and a length": {**_STRING, "pattern": "[0-9]{3}", "minLength": 10},
    "a short address": {**_STRING, "format": "email", "maxLength": 12},
    "a long moment": {**_STRING, "format": "date-time", "minLength": 30},
    "a long host": {**_STRING, "format": "hostname", "minLength": 100},
    "an address of a network": {**_STRING, "format": "ipv4", "pattern": "^10\\."},
    "two multiples": {"allOf": [{**_INTEGER, "multipleOf": 4}, {**_INTEGER, "multipleOf": 6, "minimum": 1}]},
    "entries of two schemas": {
        "allOf": [
            {"type": "array", "items": {"minimum": 5}},
            {"type": "array", "items": {**_INTEGER, "maximum": 7}, "minItems": 1},
        ]
    },
    "patterns of names": {
        "type": "object",
        "minProperties": 3,
        "patternProperties": {"^[ab]$": _INTEGER, "^z$": _INTEGER},
        "additionalProperties": False,
    },
    "a tree whose first branch is a tree": _to("Tree"),
    "an endless branch": {"anyOf": [_to("Endless"), _STRING]},
    "an endless optional member": _node(x=_to("Endless")),
}

IMPOSSIBLE = {
    "bounds": {**_INTEGER, "minimum": 5, "maximum": 3},
    "no multiple": {"type": "number", "minimum": 0.1, "maximum": 0.2, "multipleOf": 0.25},
    "lengths": {**_STRING, "minLength": 5, "maxLength": 3},
    "types": {"allOf": [_STRING, _INTEGER]},
    "enums": {"allOf": [{"enum": ["a"]}, {"enum": ["b"]}]},
    "nothing": {"not": {}},
    "the same twice": {"oneOf": [_STRING, _STRING]},
    "three booleans": {"type": "array", "items": _BOOLEAN, "minItems": 3, "uniqueItems": True},
    "entries that cannot be": {"type": "array", "items": {"not": {}}, "minItems": 1},
    "a required member that cannot be": _node("a", a={"not": {}}),
    "a required member that is closed out": {**_node("z", a=_STRING), "additionalProperties": False},
    "too few members": {**_node(a=_STRING), "minProperties": 2, "additionalProperties": False},
    "members that cannot be": {"type": "object", "minProperties": 1, "additionalProperties": {"not": {}}},
    "two closed objects": {
        "allOf": [
            {**_node("a", a=_STRING), "additionalProperties": False},
            {**_node("b", b=_STRING), "additionalProperties": False},
        ]
    },
    "a schema that requires itself": _to("Endless"),
    "two schemas that require each other": _to("Left"),
    "a schema that requires a list of itself": _to("EndlessList"),
}

UNDECIDED = {
    "a format of another": {"allOf": [{**_STRING, "format": "uuid"}, {**_STRING, "format": "email"}]},
    "a pattern of another": {"allOf": [{**_STRING, "pattern": "^a$"}, {**_STRING, "pattern": "^b$"}]},
}


def _document():
    return {"components": {"schemas": _COMPONENTS}}


def _validator(schema):
    return Schemas("test", _document()).compile(schema)


@pytest.mark.parametrize("name", POSSIBLE)
def test_a_value_is_found(name):
    found = ValueSearch(_document(), Random(1)).find(POSSIBLE[name])
    assert found.is_value
    assert _validator(POSSIBLE[name]).is_valid(found.value)


@pytest.mark.parametrize("name", POSSIBLE)
@pytest.mark.parametrize("examples", [True, False])
def test_a_made_value_matches(name, examples):
    validator = _validator(POSSIBLE[name])
    made = make_value(_document(), POSSIBLE[name], Random, validator=validator, examples=examples)
    assert validator.is_valid(made)


@pytest.mark.parametrize("name", POSSIBLE)
def test_a_value_is_found_as_a_member_and_as_an_entry(name):
    schema = _node("m", m={"type": "array", "items": POSSIBLE[name], "minItems": 1})
    validator = _validator(schema)
    assert validator.is_valid(make_value(_document(), schema, Random, validator=validator))


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_that_there_is_no_value_is_shown(name):
    assert ValueSearch(_document(), Random(1)).find(IMPOSSIBLE[name]).is_unsatisfiable


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_required_member_without_value_leaves_none_for_the_object(name):
    assert ValueSearch(_document(), Random(1)).find(_node("m", m=IMPOSSIBLE[name])).is_unsatisfiable


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_optional_member_without_value_is_left_out(name):
    schema = _node("n", m=IMPOSSIBLE[name], n=_STRING)
    made = make_value(_document(), schema, Random, validator=_validator(schema))
    assert made.keys() == {"n"}


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_is_not_found_is_not_called_impossible(name):
    found = ValueSearch(_document(), Random(1)).find(UNDECIDED[name])
    assert not found.is_value
    assert not found.is_unsatisfiable


def test_the_members_beside_a_searched_one_stay_realistic():
    schema = _node("email", "code", email={**_STRING, "format": "email"}, code={**_STRING, "not": {"maxLength": 300}})
    made = make_value(_document(), schema, Random, validator=_validator(schema))
    assert "@example." in made["email"]
    assert len(made["code"]) > 300


def test_a_search_that_takes_too_long_is_given_up():
    hard = {"allOf": [{"anyOf": [{**_INTEGER, "multipleOf": n}, {**_INTEGER, "minimum": n}]} for n in range(2, 40)]}
    hard["not"] = _INTEGER
    found = ValueSearch(_document(), Random(1)).find(hard)
    assert not found.is_value
