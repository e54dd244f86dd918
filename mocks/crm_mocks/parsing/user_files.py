"""Files of the user's: settings, records, certificates. Whatever stands in one, it is used or refused in one line."""

from __future__ import annotations

import codecs
import json
from math import isfinite
from pathlib import Path
from typing import Any, Final

import orjson
import yaml

from crm_mocks.contract.source import load_yaml
from crm_mocks.errors import UsageError

_LARGEST: Final = 64 * 1024**2
_MOST_VALUES: Final = 1_000_000
"""Values that a file may have, an alias of YAML counted as what it stands for: nine short lines can make a billion."""

_DEEPEST: Final = 200
_INTEGERS: Final = range(-(2**63), 2**64)
"""What JSON writers take."""


def read_file(path: Path, what: str) -> bytes:
    """Read a file that the user named.

    Args:
        path: the file.
        what: for the message, what the file was given for.

    Raises:
        UsageError: it cannot be read, or has more than 64 MiB, as devices do that have no end.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path} for {what}: {error.strerror}") from None
    if len(raw) > _LARGEST:
        raise UsageError(f"cannot read {path} for {what}: it has more than {_LARGEST // 1024**2} MiB")
    return raw


def read_data_file(path: Path, what: str) -> Any:
    """Read a YAML or JSON file that the user named.

    Args:
        path: the file.
        what: for the message, what the file was given for.

    Raises:
        UsageError: it cannot be read, is neither YAML nor JSON, or has values that JSON has not.
    """
    try:
        data = _parsed(read_file(path, what))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(f"{path} for {what} is neither YAML nor JSON: {reason}") from None
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):  # of values that do not fit their tags
        raise UsageError(f"{path} for {what} is neither YAML nor JSON: it has a value that cannot be read") from None
    fault = _fault(data)
    if fault:
        raise UsageError(f"{path} for {what} {fault}")
    return data


def _parsed(raw: bytes) -> Any:
    """Read JSON as JSON: YAML takes its 1e5 for a text, and knows no character that is written as two escapes."""
    text = raw.removeprefix(codecs.BOM_UTF8)
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return load_yaml(raw)
    return json.loads(text)  # which leaves large integers what they are, so that they can be refused


def _fault(data: Any) -> str:
    """Say what keeps values from being JSON, or too many, for a sentence that begins with the file."""
    left = [(data, 0)]
    looked_at = 0
    while left:
        value, depth = left.pop()
        looked_at += 1
        if looked_at + len(left) > _MOST_VALUES:
            return f"has more than {_MOST_VALUES} values"
        if depth > _DEEPEST:
            return f"is nested more than {_DEEPEST} levels deep"
        if isinstance(value, dict):
            left += ((inner, depth + 1) for inner in value.values())
        elif isinstance(value, list):
            left += ((inner, depth + 1) for inner in value)
        elif not _is_plain(value):
            return "has a value that JSON has not: dates and the like need quotes"
    return ""


def _is_plain(value: Any) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    return value in _INTEGERS if isinstance(value, int) else isinstance(value, str | None)
