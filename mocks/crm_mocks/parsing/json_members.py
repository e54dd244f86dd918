"""Read members of a query or JSON object. Errors name the member and the accepted values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean

_FLAGS: Final = {"": True, "true": True, "1": True, "false": False, "0": False}
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
_WRAPPING_LEVELS: Final = 32
"""Nesting levels reserved for enclosing arrays and objects."""


def reject_unknown(values: Mapping[str, Any], known: Iterable[str]) -> None:
    """Reject unknown members, such as misspelt ones.

    Raises:
        UsageError: a member is unknown.
    """
    names = list(known)
    for name in values:
        if name not in names:
            raise UsageError(
                f"unknown member {name!r}{did_you_mean(name, names)}: known are {', '.join(names)}"
                if names
                else f"takes no {name!r}"
            )


def string(values: Mapping[str, Any], name: str) -> str | None:
    """Return a string member, or `None` if it is absent or null.

    Raises:
        UsageError: it is not a string.
    """
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"'{name}' takes a string")
    return value


def required_string(values: Mapping[str, Any], name: str) -> str:
    """Return a string member that must not be empty.

    Raises:
        UsageError: it is absent, empty or not a string.
    """
    value = string(values, name)
    if not value:
        raise UsageError(f"'{name}' is required")
    return value


def flag(values: Mapping[str, Any], name: str) -> bool | None:
    """Return a boolean member, or `None` if it is absent or null; in a query, `true` or `false` as a string.

    Raises:
        UsageError: it is not a boolean.
    """
    value = values.get(name)
    if isinstance(value, str):
        value = _FLAGS.get(value.lower(), value)
    if value is not None and not isinstance(value, bool):
        raise UsageError(f"'{name}' takes true or false")
    return value


def integer(values: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    """Return an integer member, or `None` if it is absent or null; in a query, as a string.

    Raises:
        UsageError: it is not an integer, or out of bounds.
    """
    value = values.get(name)
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        value = int(value)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise UsageError(f"'{name}' takes a whole number from {low} to {high}")
    return value


def mapping(values: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """Return a member that is an object, or `None` if it is absent or null.

    Raises:
        UsageError: it is not an object.
    """
    value = values.get(name)
    if value is not None and not isinstance(value, dict):
        raise UsageError(f"'{name}' takes an object")
    return value


def is_serializable(value: Any) -> bool:
    """Return whether a value is JSON and stays serializable when nested in a larger document."""
    for _ in range(_WRAPPING_LEVELS):
        value = [value]
    try:
        orjson.dumps(value)
    except TypeError:
        return False
    return True
