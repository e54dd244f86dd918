"""Read files named by the user: settings, records, certificates. Errors are one line."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import Any, Final

import orjson
import yaml

from crm_mocks.contract.source import load_yaml
from crm_mocks.errors import DuplicateKeyError, UsageError
from crm_mocks.parsing.json_limits import JSON_INTEGERS
from crm_mocks.parsing.media_types import without_byte_order_mark
from crm_mocks.parsing.unique_keys import load_json

_MAX_BYTES: Final = 64 * 1024**2
_MAX_VALUES: Final = 1_000_000
"""Maximum number of values, with YAML aliases expanded: nine short lines can stand for a billion."""

_MAX_DEPTH: Final = 200


def read_file(path: Path, what: str) -> bytes:
    """Read a file that the user named.

    Args:
        path: path of the file.
        what: purpose of the file, for error messages, such as `--config`.

    Raises:
        UsageError: the file cannot be read, or has more than 64 MiB, such as an endless device.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path} for {what}: {error.strerror}") from None
    if len(raw) > _MAX_BYTES:
        raise UsageError(f"cannot read {path} for {what}: it has more than {_MAX_BYTES // 1024**2} MiB")
    return raw


def read_data_file(path: Path, what: str) -> Any:
    """Read a YAML or JSON file that the user named.

    Args:
        path: path of the file.
        what: purpose of the file, for error messages, such as `--config`.

    Raises:
        UsageError: the file cannot be read, is neither YAML nor JSON, has a key twice, or a value that JSON lacks.
    """
    try:
        data = parse_data(read_file(path, what))
    except DuplicateKeyError as error:
        raise UsageError(f"{path} for {what}: {error}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(f"{path} for {what} is neither YAML nor JSON: {reason}") from None
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):  # values that do not fit their tags
        raise UsageError(f"{path} for {what} is neither YAML nor JSON: it has a value that cannot be read") from None
    problem = _problem(data)
    if problem:
        raise UsageError(f"{path} for {what} {problem}")
    return data


def parse_data(raw: bytes) -> Any:
    """Parse YAML or JSON; JSON as such, since YAML reads `1e5` as a string and does not decode escaped surrogate pairs.

    Raises:
        yaml.YAMLError: the input is neither.
        DuplicateKeyError: an object has a key twice.
    """
    text = without_byte_order_mark(raw)
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return load_yaml(raw)
    return load_json(text)  # keeps large integers exact, so that they can be refused


def _problem(data: Any) -> str:
    """Return why data is too large or not JSON, as the predicate of a sentence about the file, or an empty string."""
    pending = [(data, 0)]
    visited = 0
    while pending:
        value, depth = pending.pop()
        visited += 1
        if visited + len(pending) > _MAX_VALUES:
            return f"has more than {_MAX_VALUES} values"
        if depth > _MAX_DEPTH:
            return f"is nested more than {_MAX_DEPTH} levels deep"
        if isinstance(value, dict):
            pending += ((inner, depth + 1) for inner in value.values())
        elif isinstance(value, list):
            pending += ((inner, depth + 1) for inner in value)
        elif not _is_json_scalar(value):
            return "has a value that JSON does not have: dates and the like need quotes"
    return ""


def _is_json_scalar(value: Any) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    return value in JSON_INTEGERS if isinstance(value, int) else isinstance(value, str | None)
