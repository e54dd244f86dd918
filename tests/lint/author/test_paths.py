"""Ambiguous paths are found in a number of steps that grows with the paths, not with their pairs."""

from __future__ import annotations

import re
from itertools import product

import pytest

from crm_contracts.lint.author.checks import paths


class Operation:
    def __init__(self, path: str) -> None:
        self.path = path


def pairs(*names: str) -> list[tuple[str, str]]:
    return [(first.path, second.path) for first, second in paths._meeting([Operation(name) for name in names])]


def test_each_pair_that_may_meet_is_compared_once() -> None:
    names = ("/a/{x}/c", "/a/b/{y}", "/{z}/b/c", "/a/b/c", "/d/e/f", "/a/q/{w}")
    assert set(pairs(*names)) == {
        ("/a/{x}/c", "/a/b/{y}"),
        ("/a/{x}/c", "/{z}/b/c"),
        ("/a/{x}/c", "/a/b/c"),
        ("/a/{x}/c", "/a/q/{w}"),
        ("/a/b/{y}", "/{z}/b/c"),
        ("/a/b/{y}", "/a/b/c"),
        ("/{z}/b/c", "/a/b/c"),
    }
    assert len(pairs(*names)) == 7


@pytest.mark.parametrize("count", [1000, 2000])
def test_paths_that_never_meet_are_not_compared(count: int) -> None:
    assert pairs(*(f"/p{number}/{{id}}" for number in range(count))) == []


@pytest.mark.parametrize("template", ["{a}", "x{a}", "{a}y", "x{a}y", "{a}{b}", "{a}-{b}", "x{a}-{b}-{c}y"])
def test_a_template_fits_as_its_pattern_says(template: str) -> None:
    parts = paths._VARIABLE.split(template)[::2]
    pattern = re.compile("(.+)".join(map(re.escape, parts)))
    for length in range(7):
        for text in map("".join, product("xy-", repeat=length)):
            assert paths._fits(parts, text) is (pattern.fullmatch(text) is not None), text


def test_a_template_of_many_parameters_is_matched_in_one_pass() -> None:
    parts = paths._VARIABLE.split("{a}-" * 200 + "!")[::2]
    assert not paths._fits(parts, "-" * 5000)
