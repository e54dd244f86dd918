"""Magic values: members of a request body that may force an outcome, such as `mock-duplicate@example.com`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def member_values(body: Any, *names: str) -> Iterable[Any]:
    """Return the named members of a JSON object, `None` for absent ones; nothing if the body is not an object.

    Args:
        body: decoded body, any JSON value.
        names: names of members at the top level.

    Example:
        >>> member_values({"email": "mock-duplicate@example.com"}, "email", "name")
        ['mock-duplicate@example.com', None]
    """
    return [body.get(name) for name in names] if isinstance(body, dict) else []
