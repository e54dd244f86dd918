"""Lines of many parts of a file."""

from __future__ import annotations

import pytest

from crm_mocks.supplied.line_search import lines_of

YAML = b"""\
a:
  - x
  - b: {c: 1}
    d: 2
'200': &anchor
  e: 3
f: *anchor
"""
JSON = b"""\
{
  "a": ["x",
    {"b": {"c\\n": "}"},
     "d": 2}],
  "200": {
    "e": 3
  }
}
"""


@pytest.mark.parametrize(
    ("raw", "location", "line"),
    [
        (YAML, ("a",), 1),
        (YAML, ("a", "0"), 2),
        (YAML, ("a", "1", "b", "c"), 3),
        (YAML, ("a", "1", "d"), 4),
        (YAML, ("200", "e"), 6),
        (YAML, ("200", "none", "deeper"), 5),
        (YAML, ("f", "e"), 7),
        (YAML, (), 1),
        (YAML, ("none",), 1),
        (JSON, ("a", "0"), 2),
        (JSON, ("a", "1"), 3),
        (JSON, ("a", "1", "b", "c\n"), 3),
        (JSON, ("a", "1", "d"), 4),
        (JSON, ("200", "e"), 6),
        (JSON, ("a", "1", "none"), 3),
        (b'{"a":\t[1, 2,\n3]}', ("a",), 1),
        (b"", ("a",), 1),
    ],
)
def test_the_line_of_a_part_is_found(raw, location, line):
    assert lines_of(raw, [location]) == {location: line}


def test_many_parts_are_found_in_one_pass():
    found = lines_of(JSON, [("200",), ("a", "1"), ("a",)])
    assert found == {("200",): 5, ("a", "1"): 3, ("a",): 2}
