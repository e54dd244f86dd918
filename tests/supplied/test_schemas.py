"""Schemas of OpenAPI 3.0 and 3.1 judge requests as their documents say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.supplied.documents import served, supplied, with_schema


def accepts(folder: Path, version: str, schema: Any, value: Any, **schemas: Any) -> bool:
    """Return whether the request body of a contract accepts a value."""
    operation = served(folder, with_schema(version, schema, **schemas)).operations["createLead"]
    assert operation.body is not None
    return operation.body.media_types["application/json"].validator.is_valid(value)


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": ["string", "null"]}, ["a", None], [1]),
        ({"type": ["string", "integer"], "minLength": 2, "minimum": 5}, ["ab", 5], ["a", 4, None]),
        ({"type": ["object", "array"], "items": {"type": "integer"}, "required": ["a"]}, [[1], {"a": 1}], [["x"], {}]),
        ({"const": "x"}, ["x"], ["y"]),
        ({"const": None}, [None], [0]),
        ({"type": "null"}, [None], [0, "a"]),
        ({"exclusiveMinimum": 3}, [4], [3]),
        ({"minimum": 5, "exclusiveMinimum": 3}, [5], [4]),
        ({"maximum": 5, "exclusiveMaximum": 5}, [4], [5]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, ["a", None], [1]),
        ({"oneOf": [{"type": "null"}, {"type": "integer"}, {"type": "boolean"}]}, [None, 1, True], ["a"]),
        ({"prefixItems": [{"type": "integer"}], "items": False}, [[1]], [["a"], [1, 2]]),
        ({"prefixItems": [{"type": "integer"}], "items": {"type": "string"}}, [[1, "a"]], [[None]]),
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, [{}, {"a": 1, "b": 1}], [{"a": 1}]),
        ({"dependentRequired": {"a": ["b"]}}, [{}, {"a": 1, "b": 1}], [{"a": 1}]),
        ({"dependentSchemas": {"a": {"required": ["b"]}}}, [{}, {"a": 1, "b": 1}], [{"a": 1}]),
        ({"enum": ["a", None]}, ["a", None], ["b"]),
        (True, [1, None], []),
        (False, [], [1, None]),
        ({"type": "object", "unevaluatedProperties": False, "properties": {"a": {}}}, [{"a": 1}], [{"b": 1}]),
    ],
)
def test_a_schema_of_31_keeps_its_meaning(tmp_path: Path, schema: Any, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if not accepts(tmp_path, "3.1.0", schema, value)] == []
    assert [value for value in bad if accepts(tmp_path, "3.1.0", schema, value)] == []


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "nullable": True}, ["a", None], [1]),
        ({"type": "string", "enum": ["a", None]}, ["a", None], ["b"]),
        ({"minimum": 3, "exclusiveMinimum": True}, [4], [3]),
        ({"type": "int"}, [1], ["a"]),
        ({"type": "file"}, ["a", 1], []),
        ({"type": "string", "minLength": "3"}, ["a"], [1]),
        ({"type": "object", "required": True, "properties": {"a": {"type": "string"}}}, [{}], [{"a": 1}]),
        ({"type": "object", "required": [], "properties": {"a": None}}, [{"a": 1}], [1]),
        ({"type": "string", "enum": ["a", "a"]}, ["a"], ["b"]),
        ({"items": {"type": "integer"}, "type": "array"}, [[1]], [["a"]]),
        ({"type": "object", "patternProperties": {"^a": {"type": "integer"}}}, [{"a": 1}], [{"a": "x"}]),
    ],
)
def test_a_schema_of_30_keeps_its_meaning(tmp_path: Path, schema: Any, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if not accepts(tmp_path, "3.0.3", schema, value)] == []
    assert [value for value in bad if accepts(tmp_path, "3.0.3", schema, value)] == []


def test_keywords_beside_a_reference_count_in_31(tmp_path: Path) -> None:
    schema = {"$ref": "#/components/schemas/Name", "minLength": 3}
    assert not accepts(tmp_path, "3.1.0", schema, "ab", Name={"type": "string"})
    assert accepts(tmp_path, "3.0.3", schema, "ab", Name={"type": "string"})


def test_a_reference_may_be_nullable_in_30(tmp_path: Path) -> None:
    schema = {"$ref": "#/components/schemas/Name", "nullable": True}
    assert accepts(tmp_path, "3.0.3", schema, None, Name={"type": "string"})


def test_a_reference_into_a_schema_is_followed(tmp_path: Path) -> None:
    lead = {"type": "object", "properties": {"name": {"type": "string"}}, "$defs": {"Id": {"type": "integer"}}}
    for pointer, good, bad in (("properties/name", "a", 1), ("$defs/Id", 1, "a")):
        schema = {"$ref": f"#/components/schemas/Lead/{pointer}"}
        assert accepts(tmp_path, "3.1.0", schema, good, Lead=lead)
        assert not accepts(tmp_path, "3.1.0", schema, bad, Lead=lead)


def test_a_recursive_schema_judges_all_levels(tmp_path: Path) -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}}
    schema = {"$ref": "#/components/schemas/Node"}
    assert accepts(tmp_path, "3.0.3", schema, {"next": {"next": {}}}, Node=node)
    assert not accepts(tmp_path, "3.0.3", schema, {"next": {"next": 1}}, Node=node)


def test_a_combination_that_contains_itself_is_opened_with_a_note(tmp_path: Path) -> None:
    node = {"allOf": [{"$ref": "#/components/schemas/Node"}, {"type": "object"}]}
    schema = {"$ref": "#/components/schemas/Node"}
    assert accepts(tmp_path, "3.0.3", schema, {}, Node=node)
    assert not accepts(tmp_path, "3.0.3", schema, 1, Node=node)
    notes = supplied(tmp_path, with_schema("3.0.3", schema, Node=node)).notes
    assert [note.text for note in notes] == ["the schema Node contains itself; this part has no effect"]


def test_references_that_only_lead_to_one_another_accept_everything(tmp_path: Path) -> None:
    schemas = {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}
    contract = with_schema("3.0.3", {"$ref": "#/components/schemas/A"}, **schemas)
    assert "the references are circular; every value is accepted" in {
        each.text for each in supplied(tmp_path, contract).notes
    }


def test_a_reference_that_stands_twice_in_a_combination_counts_once(tmp_path: Path) -> None:
    schema = {"allOf": [{"$ref": "#/components/schemas/Lead"}] * 20}
    contract = supplied(tmp_path, with_schema("3.0.3", {"$ref": "#/components/schemas/S"}, S=schema, Lead={}))
    assert contract.document["components"]["schemas"]["S"] == {"allOf": [{"$ref": "#/components/schemas/Lead"}]}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("readOnly", "yes"),
        ("uniqueItems", {}),
        ("deprecated", 5),
        ("writeOnly", []),
        ("format", ["date"]),
        ("xml", "a"),
        ("discriminator", "kind"),
    ],
)
def test_a_keyword_whose_value_has_another_type_is_noted_and_has_no_effect(
    tmp_path: Path, version: str, keyword: str, value: Any
) -> None:
    schema = {"type": "array", keyword: value}
    assert accepts(tmp_path, version, schema, [1, 1])
    (note,) = supplied(tmp_path, with_schema(version, {"$ref": "#/components/schemas/A"}, A=schema)).notes
    assert note.text.startswith(f"{keyword} must be ")
    assert note.text.endswith("; it has no effect")


@pytest.mark.parametrize("names", [5, "b", [5], {"b": 1}])
def test_dependent_members_that_are_no_names_are_noted(tmp_path: Path, names: Any) -> None:
    schema = {"type": "object", "dependentRequired": {"a": names}}
    assert accepts(tmp_path, "3.1.0", schema, {"a": 1})
    (note,) = supplied(tmp_path, with_schema("3.1.0", {"$ref": "#/components/schemas/A"}, A=schema)).notes
    assert note.text == "the members that depend on another one must be a list of names; this has no effect"


def test_members_that_only_responses_have_are_not_required_in_requests(tmp_path: Path) -> None:
    lead = {
        "type": "object",
        "required": ["id", "name", "secret"],
        "properties": {"id": {"readOnly": True}, "name": {}, "secret": {"writeOnly": True}},
    }
    contract = served(tmp_path, with_schema("3.0.3", {"$ref": "#/components/schemas/Lead"}, Lead=lead))
    operation = contract.operations["createLead"]
    assert operation.body is not None
    request = operation.body.media_types["application/json"].validator
    response = operation.responses[201].validators["application/json"]
    assert request.is_valid({"name": 1, "secret": 1})
    assert not request.is_valid({"id": 1, "name": 1})
    assert response.is_valid({"id": 1, "name": 1})
    assert not response.is_valid({"name": 1, "secret": 1})


def test_a_schema_of_requests_and_responses_is_one_component(tmp_path: Path) -> None:
    contract = supplied(tmp_path, with_schema("3.0.3", {"$ref": "#/components/schemas/Lead"}, Lead={"type": "object"}))
    assert contract.document["components"]["schemas"] == {"Lead": {"type": "object"}}


@pytest.mark.parametrize("pattern", [r"^(?!x)", r"(a)\1", r"a(?=b)", r"[", r"\p{L}+"])
def test_a_pattern_that_cannot_be_matched_in_linear_time_is_noted(tmp_path: Path, pattern: str) -> None:
    schema = {"type": "string", "pattern": pattern}
    assert accepts(tmp_path, "3.0.3", schema, "xyz")
    notes = supplied(tmp_path, with_schema("3.0.3", schema)).notes
    lines = (tmp_path / "crm.json").read_text(encoding="utf-8").splitlines()
    assert len(notes) == 2  # of the request and of the response
    for note in notes:
        assert note.text.endswith("it has no effect")
        assert '"pattern"' in lines[int(note.place.rpartition(" ")[2]) - 1]


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"^\d{3}$", "123", "12"),
        ("/^ab$/", "ab", "/ab/"),
        (r"^a\/b\-c$", "a/b-c", "ab"),
        (r"^(a+)+$", "aaa", "b"),
        (r"^[\w-.]+$", "a-b.c", "a b"),
    ],
)
def test_other_patterns_count(tmp_path: Path, pattern: str, good: str, bad: str) -> None:
    assert accepts(tmp_path, "3.0.3", {"type": "string", "pattern": pattern}, good)
    assert not accepts(tmp_path, "3.0.3", {"type": "string", "pattern": pattern}, bad)


def test_a_pattern_of_exponential_time_in_other_engines_is_quick(tmp_path: Path) -> None:
    assert not accepts(tmp_path, "3.0.3", {"type": "string", "pattern": "^(a|a)*$"}, "a" * 50_000 + "b")


@pytest.mark.parametrize(("more", "accepted"), [({}, False), ({"discriminator": {"propertyName": "kind"}}, True)])
def test_a_value_may_match_several_schemas_if_a_discriminator_chooses(
    tmp_path: Path, more: dict[str, Any], accepted: bool
) -> None:
    kinds = {name: {"type": "object", "properties": {"kind": {"type": "string"}}} for name in ("Cat", "Dog")}
    choice = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in kinds], **more}

    assert accepts(tmp_path, "3.0.3", choice, {"kind": "Dog"}, **kinds) is accepted
