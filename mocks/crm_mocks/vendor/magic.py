"""Magic values: members of a request body that may force an outcome, such as `mock-duplicate@example.com`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def member_values(body: Any, *names: str) -> Iterator[Any]:
    """Yield the named members of a JSON object, `None` for absent ones; yield nothing if the body is not an object."""
    if isinstance(body, dict):
        for name in names:
            yield body.get(name)
