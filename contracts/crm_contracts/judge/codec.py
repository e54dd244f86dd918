"""Convert dataclasses to JSON values and back. Errors name the location in the document.

msgspec decodes. Its errors name neither keys of mappings nor what an enumeration takes, so a value that it refuses is
decoded again, field by field, for a message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

Decoded = TypeVar("Decoded")


class Malformed(ValueError):
    """A JSON value does not match a dataclass. The message names the location and the expected type."""


def encode(value: Any) -> Any:
    """Convert dataclasses, tuples and mappings to a JSON value."""
    if is_dataclass(value) and not isinstance(value, type):
        return {dataclass_field.name: encode(getattr(value, dataclass_field.name)) for dataclass_field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): encode(inner) for key, inner in value.items()}
    return [encode(inner) for inner in value] if isinstance(value, tuple | list) else value


def decode(cls: type[Decoded], value: Any, location: str) -> Decoded:
    """Convert a JSON value, such as `encode` returns, to a dataclass; ignore unknown members.

    Args:
        cls: dataclass whose fields are strings, numbers, booleans, JSON values, dataclasses, tuples or mappings.
        value: JSON value.
        location: location of the value, for messages.

    Raises:
        Malformed: the value does not match the dataclass.
    """
    try:
        return msgspec.convert(value, cls)
    except (msgspec.ValidationError, UnicodeEncodeError):  # lone surrogates
        return _decode_fields(cls, value, location)


def encode_json(value: Any) -> bytes:
    """Convert dataclasses, tuples and mappings to JSON."""
    try:
        return msgspec.json.encode(value)
    except (UnicodeEncodeError, OverflowError):  # lone surrogates, or integers of more than 64 bits
        return json.dumps(encode(value)).encode("ascii")


def decode_json(cls: type[Decoded], raw: bytes | str, location: str) -> Decoded:
    """Convert JSON, such as `encode_json` returns, to a dataclass; see `decode`.

    Raises:
        Malformed: it is not JSON, or does not match the dataclass.
    """
    try:
        return msgspec.json.decode(raw, type=cls)
    except msgspec.DecodeError:  # which also covers what the standard library decodes, such as lone surrogates
        pass
    try:
        value = json.loads(raw)
    except ValueError as error:
        raise Malformed(f"{location} is not JSON: {error}") from None
    return _decode_fields(cls, value, location)


def _decode_fields(cls: type[Decoded], value: Any, location: str) -> Decoded:
    if not isinstance(value, dict):
        raise Malformed(f"{location} must be an object")
    hints = _hints(cls)  # type: ignore[arg-type]  # classes are hashable
    arguments: dict[str, Any] = {}
    for dataclass_field in fields(cls):  # type: ignore[arg-type]  # a dataclass, as documented
        if dataclass_field.name in value:
            arguments[dataclass_field.name] = _decode(
                hints[dataclass_field.name], value[dataclass_field.name], f"{location}.{dataclass_field.name}"
            )
        elif dataclass_field.default is MISSING and dataclass_field.default_factory is MISSING:
            raise Malformed(f"{location}.{dataclass_field.name} is missing")
    return cls(**arguments)


@cache
def _hints(cls: type[Any]) -> dict[str, Any]:
    return get_type_hints(cls)


def _decode(expected: Any, value: Any, location: str) -> Any:
    if expected is Any:
        return value
    if is_dataclass(expected) and isinstance(expected, type):
        return _decode_fields(expected, value, location)
    origin, type_arguments = get_origin(expected), get_args(expected)
    if origin is UnionType:
        return None if value is None else _decode(type_arguments[0], value, location)
    if origin is tuple:
        if not isinstance(value, list):
            raise Malformed(f"{location} must be a list")
        return tuple(_decode(type_arguments[0], inner, f"{location}[{number}]") for number, inner in enumerate(value))
    if origin is not None:
        if not isinstance(value, dict):
            raise Malformed(f"{location} must be an object")
        return {key: _decode(type_arguments[1], inner, f"{location}.{key}") for key, inner in value.items()}
    if isinstance(expected, type) and issubclass(expected, StrEnum):
        return _member(expected, value, location)
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        raise Malformed(f"{location} must be of type {expected.__name__}")
    return value


def _member(expected: type[StrEnum], value: Any, location: str) -> StrEnum:
    try:
        return expected(value)
    except ValueError:
        raise Malformed(f"{location} must be {' or '.join(expected)}") from None
