from __future__ import annotations

from typing import Any

import pytest
import yaml

from crm_mocks.errors import DuplicateKeyError
from crm_mocks.files.yaml_schema import STRICT
from crm_mocks.files.yaml_values import LOADER, YamlProblem, parse_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("true", True),
        ("~", None),
        ("2018-04-09", "2018-04-09"),
        ("12:30:45", "12:30:45"),
        ("1e3", 1000.0),
        ("-7", -7),
        ("'7'", "7"),
        ("!!str 7", "7"),
        (".inf", ".inf"),
        ("1_000", "1_000"),
        ("9223372036854775807", 9223372036854775807),
        ("18446744073709551616", 18446744073709551616.0),
        ("+1 555", "+1 555"),
        ("0o17", 15),
        ("0x1F", 31),
        ("017", 17),
        ("1" + ":59" * 300 + ".5", "1" + ":59" * 300 + ".5"),
        ("9" * 5000, "9" * 5000),
        ("0" * 5000 + "7", 7),
        ("-" + "9" * 30, -1e30),
    ],
)
def test_scalars_have_the_types_of_json(text: str, value: Any) -> None:
    parsed = parse_yaml(f"a: {text}".encode())["a"]
    assert (parsed, type(parsed)) == (value, type(value))


def test_keys_are_strings_as_written() -> None:
    assert parse_yaml(b"200: a\nnull: b\non: c") == {"200": "a", "null": "b", "on": "c"}


def test_a_status_written_as_number_and_as_string_is_the_same_key() -> None:
    with pytest.raises(DuplicateKeyError, match="'200' is written twice, in lines 1 and 2"):
        parse_yaml(b"200: a\n'200': b")


def test_anchors_and_merge_keys_are_resolved() -> None:
    assert parse_yaml(b"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: *a") == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": {"x": 1, "y": 2},
    }


def test_an_alias_within_its_own_anchor_is_refused() -> None:
    with pytest.raises(YamlProblem, match="the alias \\*a has no anchor, or stands within it"):
        parse_yaml(b"a: &a [*a]")


def test_events_are_read_with_libyaml() -> None:
    assert yaml.__with_libyaml__
    assert LOADER is yaml.CSafeLoader


def _laughing(count: int) -> bytes:
    lines = [f"l{number}: &l{number} [{', '.join([f'*l{number - 1}'] * 10)}]" for number in range(1, count)]
    return "\n".join(["l0: &l0 [x, x, x]", *lines]).encode()


def test_what_aliases_stand_for_counts() -> None:
    with pytest.raises(YamlProblem, match="more than 4000000 values"):
        parse_yaml(_laughing(9))


def test_characters_that_aliases_stand_for_count() -> None:
    with pytest.raises(YamlProblem, match="more than 134217728 characters"):
        parse_yaml(f"a: &a {'x' * 1_000_000}\nb: [{', '.join(['*a'] * 200)}]".encode())


def test_a_number_costs_no_more_than_its_length() -> None:
    """300,000 digits in base 60 would take minutes to convert."""
    text = "1" + ":59" * 300_000
    assert parse_yaml(f"a: {text}") == {"a": text}


@pytest.mark.parametrize("text", ["[" * 500 + "]" * 500, "\n".join(" " * depth + "a:" for depth in range(200))])
def test_depth_is_limited(text: str) -> None:
    with pytest.raises(YamlProblem, match="nested more than 150 levels deep"):
        parse_yaml(text)


@pytest.mark.parametrize(
    "text", [".inf", "-.INF", ".nan", "1e999", "9" * 5000, "18446744073709551616", "!!binary aGk="]
)
def test_strictly_read_what_json_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(YamlProblem, match="JSON does not have"):
        parse_yaml(f"a: {text}", STRICT)
