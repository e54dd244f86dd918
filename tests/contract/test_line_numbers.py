"""Lines of the parts of a contract file."""

from __future__ import annotations

import pytest

from crm_mocks.contract.line_numbers import LineNumbers

TEXT = """\
base: &base
  name: &text {type: string}
  <<: {age: {type: integer}}
paths:
  /leads:
    - one
    - two
  <<: *base
schema:
  x-variant-properties:
    fax: {}
  x-refused-examples:
    empty: {}
  not:
    not:
      anyOf: []
"""


@pytest.mark.parametrize(
    ("location", "line"),
    [
        ((), 1),
        (("base", "name", "type"), 2),
        (("paths", "/leads", 1), 7),
        (("paths", "/leads", 5), 5),
        (("paths", "missing"), 4),
        (("paths", "name"), 2),
        (("base", "age"), 3),
        (("schema", "properties", "fax"), 11),
        (("schema", "examples", "empty"), 13),
        (("schema", "anyOf"), 16),
    ],
)
def test_a_location_has_the_line_of_its_key(location: tuple[str | int, ...], line: int) -> None:
    assert LineNumbers(TEXT).of(location) == line


def test_each_merge_key_is_found_once_with_its_line() -> None:
    lines = LineNumbers(TEXT)
    assert [(location, lines.of(location)) for location in lines.merge_keys()] == [
        (("base", "<<"), 3),
        (("paths", "<<"), 8),
    ]


def test_a_file_without_merge_keys_has_none() -> None:
    assert list(LineNumbers("a: [{b: 1}]\n").merge_keys()) == []


def test_the_lines_of_json_are_found() -> None:
    assert LineNumbers('{\n "a": {\n  "b": 1\n }\n}').of(("a", "b")) == 3
