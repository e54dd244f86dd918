"""Formats of strings that the validators know."""

from __future__ import annotations

from functools import cache
from typing import Final

import jsonschema_rs

from crm_mocks.contract.schema import FORMATS

_ANNOTATIONS: Final = frozenset({"binary", "byte", "password"})
"""Formats of OpenAPI that constrain nothing, or nothing that JSON has."""

NUMERIC_FORMATS: Final = frozenset({"int32", "int64", "uint32", "uint64", "float", "double"})
"""Formats of numbers, which strings do not have."""

_STANDARD: Final = (
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
)


@cache
def is_known_format(name: str) -> bool:
    """Return whether strings are checked against a format, or it has a meaning that needs no check."""
    if name in FORMATS or name in _ANNOTATIONS:
        return True
    try:
        jsonschema_rs.Draft4Validator({"format": name}, validate_formats=True, ignore_unknown_formats=False)
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True


@cache
def known_formats() -> tuple[str, ...]:
    """Return the formats to suggest."""
    return tuple(name for name in _STANDARD if is_known_format(name))
