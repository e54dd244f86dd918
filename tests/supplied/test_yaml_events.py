from __future__ import annotations

from typing import Any

import pytest
import yaml

from crm_mocks.errors import DuplicateKeyError
from crm_mocks.supplied import line_search, yaml_events
from crm_mocks.supplied.yaml_events import YamlProblem, parse_yaml


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
    assert yaml_events._LOADER is yaml.CSafeLoader
    assert line_search._LOADER is yaml_events._LOADER
