"""Parts of a contract are in force depending on settings."""

from __future__ import annotations

from typing import Any

from crm_mocks.contract.in_force import in_force, settings_used

RELEASES = ["R1", "R2", "R3"]


def properties(document: dict[str, Any], **settings: Any) -> dict[str, Any]:
    result = in_force({"x-releases": RELEASES, "s": document}, settings)["s"]
    assert isinstance(result, dict)
    return result


def test_a_member_is_there_from_its_release_on() -> None:
    schema = {"properties": {"new": {"x-available-from": "R2"}, "old": {}}}
    assert list(properties(schema, release="R1")["properties"]) == ["old"]
    assert list(properties(schema, release="R2")["properties"]) == ["new", "old"]


def test_a_member_is_absent_from_the_release_that_removes_it() -> None:
    schema = {"properties": {"older": {"x-available-before": "R3"}}}
    assert "older" in properties(schema, release="R2")["properties"]
    assert "older" not in properties(schema, release="R3")["properties"]


def test_a_member_is_required_before_the_release_that_makes_it_optional() -> None:
    schema = {"required": ["always"], "properties": {"always": {}, "once": {"x-mandatory-before": "R2"}}}
    assert properties(schema, release="R1")["required"] == ["always", "once"]
    assert properties(schema, release="R2")["required"] == ["always"]


def test_an_absent_member_is_not_required() -> None:
    schema = {"required": ["new"], "properties": {"new": {"x-available-from": "R2"}}}
    assert "required" not in properties(schema, release="R1")


def test_a_member_is_deprecated_from_its_release_on() -> None:
    schema = {"properties": {"old": {"x-deprecated-from": "R2"}}}
    assert "deprecated" not in properties(schema, release="R1")["properties"]["old"]
    assert properties(schema, release="R3")["properties"]["old"]["deprecated"] is True


def test_a_value_is_there_from_its_release_on() -> None:
    schema = {"enum": ["old", "new"], "x-values-available-from": {"new": "R2"}}
    assert properties(schema, release="R1")["enum"] == ["old"]
    assert properties(schema, release="R2")["enum"] == ["old", "new"]


def test_a_part_is_in_force_only_under_its_setting() -> None:
    document = {"list": [{"x-in-force": {"mode": "a"}}, {"x-in-force": {"mode": ["a", "b"]}}]}
    assert len(properties(document, mode="a")["list"]) == 2
    assert len(properties(document, mode="b")["list"]) == 1
    assert properties(document, mode="c")["list"] == []


def test_an_enum_is_open_when_its_setting_says_so() -> None:
    schema = {"enum": ["a"], "x-open-when": {"open": True}}
    assert "enum" in properties(schema, open=False)
    assert "enum" not in properties(schema, open=True)


def test_a_pattern_is_wider_when_its_setting_says_so() -> None:
    schema = {"pattern": "^a$", "x-open-when": {"open": True}, "x-open-pattern": "^a*$"}
    assert properties(schema, open=False)["pattern"] == "^a$"
    assert properties(schema, open=True)["pattern"] == "^a*$"


def test_a_path_is_renamed_to_its_setting() -> None:
    document = {"paths": {"/here": {"x-path-setting": "path"}, "/there": {}}}
    assert list(in_force(document, {"path": "/elsewhere"})["paths"]) == ["/elsewhere", "/there"]


def test_used_settings_are_collected() -> None:
    document = {
        "x-releases": RELEASES,
        "a": {"x-in-force": {"mode": 1}},
        "b": [{"x-open-when": {"open": True}}],
        "c": {"x-path-setting": "path"},
    }
    assert settings_used(document) == {"release", "mode", "open", "path"}
