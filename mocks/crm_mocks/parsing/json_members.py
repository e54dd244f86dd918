"""Reading the members of a query or JSON body one by one, with messages that say what is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from crm_mocks.errors import UsageError

_WORDS: Final = {"": True, "true": True, "1": True, "false": False, "0": False}
_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")
_ENVELOPE: Final = 32
"""Levels of arrays and objects kept free for what a value is put into when it is written out again."""


def only(values: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse members that mean nothing here: a misspelt one would be overlooked.

    Raises:
        UsageError: there is one.
    """
    names = list(known)
    for name in values:
        if name not in names:
            raise UsageError(
                f"unknown member {name!r}: known are {', '.join(names)}" if names else f"takes no {name!r}"
            )


def text(values: Mapping[str, Any], name: str) -> str | None:
    """Return a text member, `None` where it is absent or null.

    Raises:
        UsageError: it is something else.
    """
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"'{name}' takes a text")
    return value


def required_text(values: Mapping[str, Any], name: str) -> str:
    """Return a text member.

    Raises:
        UsageError: it is absent, or something else.
    """
    value = text(values, name)
    if not value:
        raise UsageError(f"'{name}' is required")
    return value


def flag(values: Mapping[str, Any], name: str) -> bool | None:
    """Return a boolean member, in a query `true` or `false`; `None` where it is absent or null.

    Raises:
        UsageError: it is something else.
    """
    value = values.get(name)
    if isinstance(value, str):
        value = _WORDS.get(value.lower(), value)
    if value is not None and not isinstance(value, bool):
        raise UsageError(f"'{name}' takes true or false")
    return value


def whole_number(values: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    """Return a whole number, in a query as text; `None` where it is absent or null.

    Raises:
        UsageError: it is something else, or out of bounds.
    """
    value = values.get(name)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise UsageError(f"'{name}' takes a whole number from {low} to {high}")
    return value


def mapping(values: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """Return a member that is an object; `None` where it is absent or null.

    Raises:
        UsageError: it is something else.
    """
    value = values.get(name)
    if value is not None and not isinstance(value, dict):
        raise UsageError(f"'{name}' takes an object")
    return value


def can_be_written(value: Any) -> bool:
    """Tell whether a value is JSON, and not nested too deeply to be written out again inside of another."""
    for _ in range(_ENVELOPE):
        value = [value]
    try:
        orjson.dumps(value)
    except TypeError:
        return False
    return True
