"""A contract with thousands of schemas, each of which refers to the next one."""

from __future__ import annotations

from typing import Any, Final

COUNT: Final = 3_000


def to(number: int) -> dict[str, str]:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/S{number % COUNT}"}


def chain() -> dict[str, Any]:
    """Return the contract; its last schema refers to the first."""
    schemas = {
        f"S{number}": {"type": "object", "properties": {"name": {"type": "string"}, "next": to(number + 1)}}
        for number in range(COUNT)
    }
    return {"components": {"schemas": schemas}}
