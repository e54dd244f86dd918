"""Comparing takes time in proportion to the number of operations, counted in calls of functions."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from crm_contracts.diff import compare, documents


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
