"""Paths of stubs: templates and wildcards."""

from __future__ import annotations

import time

import pytest

from crm_mocks.errors import UsageError
from crm_mocks.state.stub_route import StubRoute


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/v1/leads", "/v1/leads"),
        ("/v1/leads/{id}", "/v1/leads/17"),
        ("/v1/leads/{id}/notes", "/v1/leads/a.b-c/notes"),
        ("/{a}/{b}", "/x/y"),
        ("/v1/other/*", "/v1/other/"),
        ("/v1/other/*", "/v1/other/a/b"),
        ("/v1/*/notes", "/v1/a/notes/notes"),
        ("/v1/*/{id}/notes", "/v1/a/b/c/notes"),
        ("/*a*b", "/xaab"),
        ("*", "/anything/at/all"),
        ("/a.c", "/a.c"),
        ("/line*", "/line\nbreak"),
    ],
)
def test_a_path_matches(path: str, sent: str) -> None:
    assert StubRoute.parse("GET", path).matches("GET", sent)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/v1/leads", "/v1/leads/"),
        ("/v1/leads/{id}", "/v1/leads/"),
        ("/v1/leads/{id}", "/v1/leads/17/notes"),
        ("/v1/other/*", "/v1/other"),
        ("/v1/*/notes", "/v1/notes"),
        ("/a.c", "/abc"),
        ("/a", "/A"),
    ],
)
def test_a_path_does_not_match(path: str, sent: str) -> None:
    assert not StubRoute.parse("GET", path).matches("GET", sent)


def test_the_method_ignores_letter_case_and_may_be_any() -> None:
    assert StubRoute.parse("get", "/a").matches("GET", "/a")
    assert not StubRoute.parse("GET", "/a").matches("POST", "/a")
    assert StubRoute.parse("*", "/a").matches("PATCH", "/a")


@pytest.mark.parametrize(
    ("method", "path", "message"),
    [
        ("", "/a", "'method' must be"),
        ("GET POST", "/a", "'method' must be"),
        ("GET", "a", "'path' must begin with a slash"),
        ("GET", "", "'path' must begin with a slash"),
        ("GET", "/a?b=c", "no query"),
        ("GET", "/a\n", "'path' must begin"),
        ("GET", "/a/{id}.json", "whole segment"),
        ("GET", "/a/{id", "whole segment"),
        ("GET", "/a/{}", "whole segment"),
        ("GET", f"/{'a' * 2000}", "'path' must begin"),
    ],
)
def test_invalid_routes_are_rejected(method: str, path: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        StubRoute.parse(method, path)


@pytest.mark.parametrize("path", ["/*a*a*a*a*a*a*b", "/" + "*/{x}/" * 20 + "b", "/" + "*" * 500 + "b"])
def test_matching_takes_no_long_time(path: str) -> None:
    route = StubRoute.parse("GET", path)
    began = time.thread_time()
    assert not route.matches("GET", "/" + "a/" * 15_000)
    assert not route.matches("GET", "/" + "a" * 30_000)
    assert time.thread_time() - began < 1
