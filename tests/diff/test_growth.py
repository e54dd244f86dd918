"""Comparing takes time in proportion to the number of operations, counted in calls of functions."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from crm_contracts.diff import compare, documents
from crm_contracts.diff.schemas import values


def document(operations: int, minimum: int, *, backwards: bool = False, moved: bool = False) -> dict[str, Any]:
    numbers = range(operations)[::-1] if backwards else range(operations)
    prefix = "new" if moved else "old"
    query = {"name": "q", "in": "query", "schema": {"type": "integer", "minimum": minimum}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {
            f"/{prefix}/{number}": {"get": {"operationId": f"get{number}", "parameters": [query], "responses": {}}}
            for number in numbers
        },
    }


def calls(old: dict[str, Any], new: dict[str, Any]) -> int:
    """Return how many functions are called while two documents are compared."""
    count = 0

    def on_event(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(on_event)
    try:
        compare(old, new)
    finally:
        sys.setprofile(None)
    return count


@pytest.fixture(autouse=True)
def in_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "deeply", lambda work: work())


@pytest.mark.parametrize(
    "changed", [{}, {"backwards": True}, {"moved": True}, {"moved": True, "backwards": True}], ids=str
)
def test_twice_as_many_operations_take_twice_as_long(changed: dict[str, bool]) -> None:
    once, twice = (calls(document(number, 0), document(number, 1, **changed)) for number in (40, 80))
    assert twice < 2.1 * once


class Compared(str):
    """A text whose comparisons are calls of functions."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other)


def with_values(schema: dict[str, Any]) -> dict[str, Any]:
    found = document(1, 0)
    found["paths"]["/old/0"]["get"]["parameters"][0]["schema"] = schema
    return found


def enumerated(first: int, count: int) -> dict[str, Any]:
    return with_values({"type": "string", "enum": [Compared(f"v{number}") for number in range(first, first + count)]})


def test_twice_as_many_values_of_an_enumeration_take_twice_as_long() -> None:
    once, twice = (calls(enumerated(0, count), enumerated(count // 2, count)) for count in (200, 400))
    assert twice < 2.1 * once


def test_one_validator_examines_all_values_of_an_enumeration(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    make = values._validator
    monkeypatch.setattr(values, "_validator", lambda slot: made.append(slot) or make(slot))
    found = compare(enumerated(0, 100), with_values({"type": "string", "pattern": "^v[1-9]"}))
    (change,) = found.changes
    assert change.rule == "enum"
    assert len(made) < 10


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_twice_as_many_alternatives_take_twice_as_long(keyword: str) -> None:
    def alternatives(first: int, count: int) -> dict[str, Any]:
        schemas = [{"type": "string", "maxLength": number} for number in range(first, first + count)]
        return with_values({keyword: schemas})

    once, twice = (calls(alternatives(1, count), alternatives(2, count)) for count in (200, 400))
    assert twice < 2.1 * once
