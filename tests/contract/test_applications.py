"""Errors of values that recursive schemas apply to more and more often with each level."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from crm_mocks.contract.applications import MAX_APPLICATIONS, applications
from crm_mocks.contract.schema import Schemas
from crm_mocks.contract.schema_validator import SchemaValidator
from crm_mocks.schema_errors import bounded_errors, schema_violations


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def operator(name: str) -> dict[str, Any]:
    filters = {"type": "array", "items": ref("Filter")}
    return {"type": "object", "required": [name], "properties": {name: filters}, "additionalProperties": False}


FILTER = {
    "Filter": {"oneOf": [ref("And"), ref("Or"), {"type": "object", "required": ["field"]}]},
    "And": operator("and"),
    "Or": operator("and"),  # both fit each "and", so that nothing but what it holds tells them apart
}
TWICE = {
    "Lead": {"allOf": [ref("Named"), ref("Owned")]},
    "Named": {"allOf": [ref("Base")]},
    "Owned": {"allOf": [ref("Base")]},
    "Base": {"type": "object", "properties": {"parent": ref("Lead")}},
}
TREE = {"Node": {"type": "object", "properties": {"kids": {"type": "array", "items": ref("Node")}}}}


def document(schemas: dict[str, Any]) -> dict[str, Any]:
    return {"components": {"schemas": schemas}}


def validator(schemas: dict[str, Any], name: str) -> SchemaValidator:
    return Schemas("test", document(schemas)).compile(ref(name))


def nested(name: str, levels: int, innermost: Any, *, in_list: bool = False) -> Any:
    value = innermost
    for _ in range(levels):
        value = {name: [value] if in_list else value}
    return value


def size(errors: Iterable[Any]) -> int:
    """Return the number of errors, with those of the alternatives that they tell of."""
    return sum(1 + sum(size(branch) for branch in getattr(error.kind, "context", ())) for error in errors)


@pytest.mark.parametrize(
    ("schemas", "start", "limited"), [(FILTER, "Filter", True), (TWICE, "Lead", True), (TREE, "Node", False)]
)
def test_schemas_apply_more_often_with_each_level_only_if_they_are_combined(
    schemas: dict[str, Any], start: str, limited: bool
) -> None:
    applied = applications(document(schemas), ref(start))
    assert applied[-1] > MAX_APPLICATIONS if limited else applied == [1]


@pytest.mark.parametrize("levels", [4, 8, 16, 32, 64])
@pytest.mark.parametrize(
    ("schemas", "start", "member", "in_list"), [(FILTER, "Filter", "and", True), (TWICE, "Lead", "parent", False)]
)
def test_the_number_of_errors_does_not_grow_with_the_nesting(
    schemas: dict[str, Any], start: str, member: str, in_list: bool, levels: int
) -> None:
    value = nested(member, levels, 5, in_list=in_list)
    assert 1 <= size(bounded_errors(validator(schemas, start), value)) <= 2 * MAX_APPLICATIONS


@pytest.mark.parametrize("count", [100, 300, 900])
def test_the_number_of_errors_is_bounded_with_many_wrong_parts(count: int) -> None:
    value = {"and": [nested("and", 3, 5, in_list=True)] * count}
    assert 1 <= size(bounded_errors(validator(FILTER, "Filter"), value)) <= 2 * MAX_APPLICATIONS


def test_an_error_above_is_listed_without_those_that_are_nested_too_deeply() -> None:
    value = {"parent": nested("parent", 50, 5), "kids": 1}
    schemas = {**TWICE, "Owned": {"allOf": [ref("Base")], "properties": {"kids": {"type": "array"}}}}
    found = list(validator(schemas, "Lead").iter_errors(value))
    assert [(error.kind.name, list(error.instance_path)) for error in found] == [("type", ["kids"])]


def test_a_value_with_no_other_errors_is_said_to_break_the_contract_further_down() -> None:
    (violation,) = schema_violations(bounded_errors(validator(TWICE, "Lead"), nested("parent", 50, 5)), ("body",))
    assert violation.rule == "nesting"
    assert violation.location == ("body",)
    assert violation.message.startswith("breaks the contract more than ")


def test_a_valid_value_has_no_errors_however_deeply_it_is_nested() -> None:
    assert list(validator(TWICE, "Lead").iter_errors(nested("parent", 100, {}))) == []
    validator(TWICE, "Lead").validate(nested("parent", 100, {}))


def test_all_errors_of_a_tree_are_listed_at_any_depth() -> None:
    (error,) = validator(TREE, "Node").iter_errors(nested("kids", 60, 5, in_list=True))
    assert len(error.instance_path) == 120


def test_schemas_may_combine_others_very_deeply() -> None:
    deep = {f"S{level}": {"allOf": [ref(f"S{level + 1}")], "properties": {"inner": ref("S0")}} for level in range(900)}
    assert applications(document({**deep, "S900": {"type": "string"}}), ref("S0"))[0] == 901
