"""Recognising resources takes time in proportion to the number of paths, counted in lines."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from crm_mocks.generic.recognition import recognise

SCHEMA = {"type": "object", "properties": {"id": {"type": "string"}, "accountId": {"type": "string"}}}
LIST = {"type": "array", "items": SCHEMA}


def operation(name: str, schema: Any) -> dict[str, Any]:
    return {"operationId": name, "responses": {"200": {"content": {"application/json": {"schema": schema}}}}}


def resource(path: str, name: str) -> dict[str, Any]:
    return {
        path: {"get": operation(f"list{name}", LIST), "post": operation(f"create{name}", SCHEMA)},
        f"{path}/{{id}}": {"get": operation(f"get{name}", SCHEMA)},
    }


SHAPES = {
    "resources": lambda number: resource(f"/things{number}", f"Thing{number}"),
    "without a name": lambda number: resource(f"/v{number}", f"Thing{number}"),
    "linked": lambda number: {
        **resource(f"/things{number}", f"Thing{number}"),
        f"/accounts/{{id}}/things{number}": {"get": operation(f"linked{number}", LIST)},
    },
    "parameters only": lambda number: {f"/things{number}/{{a}}/{{b}}": {"get": operation(f"get{number}", SCHEMA)}},
}


def lines(paths: dict[str, Any]) -> int:
    """Return how many lines are executed while resources are recognised."""
    count = 0

    def trace(_frame: Any, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        recognise({"openapi": "3.0.3", "paths": paths})
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_as_many_paths_take_twice_as_long(shape: str) -> None:
    once, twice = (
        lines({path: item for number in range(size) for path, item in SHAPES[shape](number).items()})
        for size in (40, 80)
    )
    assert twice < 2.1 * once
