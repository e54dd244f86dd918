"""Ambiguous paths are found in a number of steps that grows with the paths, not with their pairs."""

from __future__ import annotations

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
