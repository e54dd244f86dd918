"""JSON is read only if each key of an object is there once."""

from __future__ import annotations

import pytest

from crm_mocks.errors import DuplicateKeyError
from crm_mocks.parsing.unique_keys import load_json


@pytest.mark.parametrize(
    ("text", "key", "lines"),
    [
        ('{"a": 1, "a": 1}', "a", (1, 1)),
        ('{\n"a": {"b": 1},\n\n"c": [{"a": 1}],\n"a": 2}', "a", (2, 5)),
        ('[{"a": 1}, {"b": [],\n "b": "}"}]', "b", (1, 2)),
        ('{"x": "a\\"b: {", "\\u0078"\n:\n2, "y": 1}', "x", (1, 1)),
        ('{"x": {"y": "[", "y": 1}}', "y", (1, 1)),
    ],
)
def test_a_duplicate_key_is_refused_with_both_lines(text: str, key: str, lines: tuple[int, int]) -> None:
    with pytest.raises(DuplicateKeyError) as refused:
        load_json(text)
    assert (refused.value.key, refused.value.lines) == (key, lines)
    assert str(refused.value) == f"the key '{key}' is written twice, in lines {lines[0]} and {lines[1]}"


def test_the_same_key_in_different_objects_is_read() -> None:
    assert load_json(b'[{"a": {"a": 1}}, {"a": 2}]') == [{"a": {"a": 1}}, {"a": 2}]


@pytest.mark.parametrize("text", ["{", "NaN", '{"a": Infinity}'])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_json(text)
