"""Literals with variable parts between them."""

from __future__ import annotations

import re
from itertools import product

import pytest

from crm_mocks.parsing.wildcards import variable_parts


@pytest.mark.parametrize(
    ("literals", "text", "least", "expected"),
    [
        (["/a"], "/a", 0, []),
        (["/a"], "/ab", 0, None),
        (["a", "b"], "ab", 0, [""]),
        (["a", "b"], "ab", 1, None),
        (["a", "b"], "axb", 1, ["x"]),
        (["", ".", ""], "a.b.c", 1, ["a", "b.c"]),
        (["", ".", ""], "..c", 1, [".", "c"]),
        (["", "", ""], "abc", 1, ["a", "bc"]),
        (["aa", "aa"], "aaa", 0, None),
        (["x", "ab", "b"], "xabab", 0, ["", "a"]),
        (["x", "ab", "b"], "xababb", 0, ["", "ab"]),
    ],
)
def test_variable_parts_are_as_short_as_possible(
    literals: list[str], text: str, least: int, expected: list[str] | None
) -> None:
    assert variable_parts(literals, text, least) == expected


class Counting(str):
    """Text that counts the characters that searches pass over."""

    __slots__ = ("searched",)
    searched: int

    def find(self, *arguments: object) -> int:
        found = super().find(*arguments)  # type: ignore[arg-type]  # passed on
        start = int(str(arguments[1]))
        self.searched = getattr(self, "searched", 0) + ((len(self) if found < 0 else found) - start)
        return found


@pytest.mark.parametrize("size", [1_000, 2_000, 4_000])
def test_each_character_is_searched_once(size: int) -> None:
    text = Counting("a" * size)
    assert variable_parts([*["a"] * 10, "b"], text) is None
    assert variable_parts(["", *["ab"] * 10, ""], text) is None
    assert text.searched <= 2 * size


@pytest.mark.parametrize("template", ["*", "x*", "*y", "x*y", "**", "*-*", "x*-*-*y"])
def test_a_template_matches_as_its_pattern_says(template: str) -> None:
    literals = template.split("*")
    pattern = re.compile("(.+)".join(map(re.escape, literals)))
    for length in range(7):
        for text in map("".join, product("xy-", repeat=length)):
            assert (variable_parts(literals, text, 1) is not None) is (pattern.fullmatch(text) is not None), text


def test_a_template_of_many_parameters_is_matched_in_one_pass() -> None:
    assert variable_parts(["", *["-"] * 199, "-!"], "-" * 5000, 1) is None
