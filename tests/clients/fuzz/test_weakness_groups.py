"""Weaknesses are grouped by where the client failed."""

from __future__ import annotations

from typing import Any

import pytest

from crm_contracts.clients.criteria import CRASH, EXIT_CODE, HANG, RETRY_AFTER
from crm_contracts.clients.fuzz.weakness import FuzzResult, Weakness
from crm_contracts.clients.fuzz.weakness_groups import WeaknessGroups, are_alike, name_of_group
from crm_contracts.clients.model import RunResult
from crm_contracts.fuzz.mutation_kinds import MutationKind
from tests.clients.fuzz.fakes import CASES, CREATE, mutations, start

NULL, TYPE, ABSENT, SPACE = MutationKind.NULL, MutationKind.TYPE, MutationKind.ABSENT, MutationKind.WHITE_SPACE


def failed(
    kind: MutationKind, printed: str = "", rule: str = CRASH, *, allowed: bool = False, **run: Any
) -> FuzzResult:
    case = CASES.build(start(), [mutations(kind, allowed=allowed)[0]], allowed=allowed)
    return FuzzResult(
        case, RunResult(**{"code": 1, "requests": 1, "delivered": 1, **run}), printed, ("it broke",), rule
    )


def trace(line: int, error: str = "KeyError") -> str:
    return f'Traceback (most recent call last):\n  File "/work/client.py", line {line}, in f\n{error}: 7\n'


def test_a_place_in_the_client_is_a_group_whatever_the_response() -> None:
    assert {name_of_group(failed(kind, trace(12))) for kind in (NULL, TYPE)} == {"KeyError at client.py:12"}
    assert name_of_group(failed(NULL, trace(13))) != name_of_group(failed(NULL, trace(12)))


def test_an_error_that_the_client_logs_itself_has_a_place_too() -> None:
    assert name_of_group(failed(NULL, trace(12), EXIT_CODE, code=70)) == "KeyError at client.py:12"


@pytest.mark.parametrize(
    ("result", "name"),
    [
        (failed(NULL, rule=EXIT_CODE), f"null handling: {CREATE}, body"),
        (failed(NULL, trace(12), HANG, stopped=True), f"hang: {CREATE}"),
        (failed(NULL, trace(12), RETRY_AFTER), f"early retry: {CREATE}"),
    ],
)
def test_without_a_place_a_group_is_what_made_the_client_fail(result: FuzzResult, name: str) -> None:
    assert name_of_group(result) == name


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (failed(TYPE, trace(12)), True),
        (failed(TYPE, trace(13)), False),
        (failed(TYPE, trace(12, "TypeError")), False),
        (failed(TYPE), False),
        (failed(TYPE, trace(12), HANG, stopped=True), False),
    ],
)
def test_failures_are_alike_at_the_same_place(other: FuzzResult, alike: bool) -> None:
    assert are_alike(failed(NULL, trace(12)), other) is alike


def test_a_group_has_one_weakness_of_each_class_and_one_that_is_allowed() -> None:
    groups = WeaknessGroups()
    assert groups.is_new(failed(NULL, trace(12)))
    groups.add(Weakness(failed(NULL, trace(12)), 1, 0.1, 2))
    assert not groups.is_new(failed(NULL, trace(12)))
    assert groups.is_new(failed(TYPE, trace(12)))
    assert not groups.is_representative(failed(TYPE, trace(12)))
    allowed = failed(SPACE, trace(12), allowed=True)
    assert groups.is_new(allowed)
    assert groups.is_representative(allowed)


def test_groups_with_responses_that_are_allowed_come_first() -> None:
    groups = WeaknessGroups()
    results = [failed(NULL, trace(1)), failed(TYPE, trace(2)), failed(SPACE, trace(2), allowed=True)]
    for result in results:
        groups.responses[name_of_group(result)] += 1
        groups.add(Weakness(result, 1, 0.1, 2))
    first, second = groups.ordered()
    assert (first.name, first.responses, [each.name for each in first.weaknesses]) == (
        "KeyError at client.py:2",
        2,
        ["white space", "wrong type"],
    )
    assert (second.name, second.allowed, groups.failing) == ("KeyError at client.py:1", False, 2)
