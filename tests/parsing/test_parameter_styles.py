"""Parameters in the styles of OpenAPI 3.0.3, section "Style Values"."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest

from crm_mocks.contract.operation_reader import OperationReader
from crm_mocks.contract.parameter import Parameter
from crm_mocks.contract.schema import Schemas
from crm_mocks.parsing.parameter_styles import ABSENT, UNKNOWN, form_value, styled_value

COLORS = {"type": "array", "items": {"type": "integer"}}
POINT = {"type": "object", "properties": {"x": {"type": "integer"}, "y": {"type": "string"}}}


def parameter(place: str, schema: dict[str, Any], **parts: Any) -> Parameter:
    reader = OperationReader("crm", {}, Schemas("crm", {}), Schemas("crm", {}))
    return reader.parameters([{"name": "p", "in": place, "schema": schema, **parts}])[0]


@pytest.mark.parametrize(
    ("schema", "parts", "query", "value"),
    [
        (COLORS, {}, "p=1&p=2", [1, 2]),
        (COLORS, {}, "p=1", [1]),
        (COLORS, {}, "p[]=1&p[]=2", [1, 2]),
        (COLORS, {"explode": False}, "p=1,2", [1, 2]),
        (COLORS, {"explode": False}, "p=", []),
        (COLORS, {"style": "spaceDelimited", "explode": False}, "p=1%202", [1, 2]),
        (COLORS, {"style": "pipeDelimited", "explode": False}, "p=1|2", [1, 2]),
        (COLORS, {"style": "surprise"}, "p=1-2", UNKNOWN),
        (POINT, {}, "x=1&y=2&z=3", {"x": 1, "y": "2"}),
        (POINT, {"explode": False}, "p=x,1,y,2", {"x": 1, "y": "2"}),
        (POINT, {"style": "deepObject"}, "p[x]=1&p[y]=2", {"x": 1, "y": "2"}),
        (POINT, {"style": "deepObject"}, "p[z][a][]=1", {"z": {"a": ["1"]}}),
        (POINT, {"style": "deepObject"}, "q=1", ABSENT),
        ({"anyOf": [{"type": "integer"}, {"type": "string", "enum": ["all"]}]}, {}, "p=7", 7),
        ({"anyOf": [{"type": "integer"}, {"type": "string", "enum": ["all"]}]}, {}, "p=all", "all"),
        ({"anyOf": [{"type": "string"}, COLORS]}, {}, "p=a", "a"),
        ({"anyOf": [{"type": "string"}, COLORS]}, {}, "p=1&p=2", [1, 2]),
        ({"enum": [1, 2]}, {}, "p=1", 1),
        ({"type": "integer", "nullable": True}, {}, "p=null", None),
        ({"type": "boolean"}, {"style": "deepObject"}, "p=true", True),
    ],
)
def test_a_query_parameter_is_read_in_its_style(
    schema: dict[str, Any], parts: dict[str, Any], query: str, value: Any
) -> None:
    found = styled_value(parameter("query", schema, **parts), parse_qsl(query, keep_blank_values=True))
    assert found is value or found == value


@pytest.mark.parametrize(
    ("schema", "parts", "sent", "value"),
    [
        (COLORS, {}, "1,2", [1, 2]),
        (COLORS, {"style": "label"}, ".1.2", [1, 2]),
        (COLORS, {"style": "matrix"}, ";p=1,2", [1, 2]),
        (COLORS, {"style": "matrix", "explode": True}, ";p=1;p=2", [1, 2]),
        ({"type": "integer"}, {"style": "matrix"}, ";p=1", 1),
        ({"type": "integer"}, {"style": "label"}, ".1", 1),
        (POINT, {}, "x,1,y,2", {"x": 1, "y": "2"}),
        (POINT, {"explode": True}, "x=1,y=2", {"x": 1, "y": "2"}),
    ],
)
def test_a_path_parameter_is_read_in_its_style(
    schema: dict[str, Any], parts: dict[str, Any], sent: str, value: Any
) -> None:
    assert styled_value(parameter("path", schema, **parts), [("p", sent)]) == value


def test_a_header_of_several_values_is_split_at_commas() -> None:
    assert styled_value(parameter("header", COLORS), [("p", "1, 2")]) == [1, 2]


def test_a_parameter_with_json_content_is_read_as_json() -> None:
    node = {"name": "p", "in": "query", "content": {"application/json": {"schema": POINT}}}
    found = OperationReader("crm", {}, Schemas("crm", {}), Schemas("crm", {})).parameters([node])[0]
    assert styled_value(found, [("p", '{"x":1}')]) == {"x": 1}
    assert styled_value(found, [("p", "{")]) == "{"


def test_a_form_has_the_types_of_its_schema() -> None:
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "age": {"type": "integer"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "ids": {"type": "array", "items": {"type": "integer"}},
            "meta": {"type": "object", "additionalProperties": {"type": "boolean"}},
            "lines": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "number"}}}},
            "json": {"type": "object"},
        },
    }
    text = 'name=7&age=7&tags=a&ids=1&ids=2&meta[vip]=true&lines[0][n]=1.5&lines[1][n]=2&json={"a":1}&other=x'
    assert form_value({}, schema, parse_qsl(text)) == {
        "name": "7",
        "age": 7,
        "tags": ["a"],
        "ids": [1, 2],
        "meta": {"vip": True},
        "lines": [{"n": 1.5}, {"n": 2.0}],
        "json": {"a": 1},
        "other": "x",
    }


def test_a_member_whose_name_has_brackets_is_taken_literally() -> None:
    schema = {"type": "object", "properties": {"ids[]": {"type": "array", "items": {"type": "integer"}}}}
    assert form_value({}, schema, [("ids[]", "1"), ("ids[]", "2")]) == {"ids[]": [1, 2]}


@pytest.mark.parametrize("documented", ["integer", "number"])
def test_an_integer_beyond_64_bits_is_a_number_as_in_json(documented: str) -> None:
    schema = {"type": "object", "properties": {"amount": {"type": documented}}}
    found = form_value({}, schema, [("amount", "18446744073709551616")])["amount"]
    assert isinstance(found, float)
    assert form_value({}, schema, [("amount", "9" * 400)]) == {"amount": "9" * 400}
