"""Ways to force a documented success, for the tests that what follows it is not refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.conftest import Api

Force = Callable[[Api, str, str], dict[str, str]]
"""Forces an outcome of an operation on its next request; returns headers for that request."""


def _queued(phase: str) -> Force:
    def force(mock: Api, operation: str, outcome: str) -> dict[str, str]:
        queue(mock, operation, example=outcome, phase=phase)
        return {}

    return force


def _preferred(more: str = "") -> Force:
    def force(_mock: Api, _operation: str, outcome: str) -> dict[str, str]:
        return {"Prefer": f"example={outcome}{more}"}

    return force


WAYS: dict[str, Force] = {
    "queue": _queued("before"),
    "queue, after": _queued("after"),
    "Prefer": _preferred(),
    "Prefer dynamic": _preferred(", dynamic=true"),
}


def queue(mock: Api, operation: str, **members: Any) -> None:
    """Queue a response for an operation."""
    answer = mock.post("/__admin/responses", json={"operation": operation, "session": mock.session, **members})
    assert answer.status_code == 201, answer.text
