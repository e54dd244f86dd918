"""Dataclasses as JSON values and back, with messages that name the place where a document is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Made = TypeVar("Made")


class Malformed(ValueError):
    """A JSON value is not what a dataclass takes; the message names the place and what is wanted."""


def encode(value: Any) -> Any:
    """Return a value of dataclasses, tuples and mappings as a JSON value."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: encode(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): encode(inner) for key, inner in value.items()}
    return [encode(inner) for inner in value] if isinstance(value, tuple | list) else value


def decode(made: type[Made], value: Any, place: str) -> Made:
    """Return the dataclass that `encode` was given; members that it does not know are overlooked.

    Args:
        made: a dataclass whose fields are texts, numbers, booleans, JSON values, dataclasses, tuples or mappings.
        value: JSON value.
        place: where the value stands, for messages.

    Raises:
        Malformed: it is not of that form.
    """
    if not isinstance(value, dict):
        raise Malformed(f"{place} must be an object")
    hints = _hints(made)  # type: ignore[arg-type]  # classes are hashable
    given: dict[str, Any] = {}
    for each in fields(made):  # type: ignore[arg-type]  # a dataclass, as documented
        if each.name in value:
            given[each.name] = _decode(hints[each.name], value[each.name], f"{place}.{each.name}")
        elif each.default is MISSING and each.default_factory is MISSING:
            raise Malformed(f"{place}.{each.name} is missing")
    return made(**given)


@cache
def _hints(made: type[Any]) -> dict[str, Any]:
    return get_type_hints(made)


def _decode(wanted: Any, value: Any, place: str) -> Any:
    if wanted is Any:
        return value
    if is_dataclass(wanted) and isinstance(wanted, type):
        return decode(wanted, value, place)
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is UnionType:
        return None if value is None else _decode(arguments[0], value, place)
    if origin is tuple:
        if not isinstance(value, list):
            raise Malformed(f"{place} must be a list")
        return tuple(_decode(arguments[0], inner, f"{place}[{number}]") for number, inner in enumerate(value))
    if origin is not None:
        if not isinstance(value, dict):
            raise Malformed(f"{place} must be an object")
        return {key: _decode(arguments[1], inner, f"{place}.{key}") for key, inner in value.items()}
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return _member(wanted, value, place)
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise Malformed(f"{place} must be of type {wanted.__name__}")
    return value


def _member(wanted: type[StrEnum], value: Any, place: str) -> StrEnum:
    try:
        return wanted(value)
    except ValueError:
        raise Malformed(f"{place} must be {' or '.join(wanted)}") from None
