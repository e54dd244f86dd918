"""Read files named by the user: settings, records, certificates. Errors are one line."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import Any

import orjson

from crm_mocks.bounded_numbers import JSON_INTEGERS
from crm_mocks.contract.source import load_yaml
from crm_mocks.errors import DuplicateKeyError, UsageError
from crm_mocks.files.reading import read_bytes
from crm_mocks.files.yaml_values import MAX_DEPTH, MAX_VALUES, YamlProblem
from crm_mocks.parsing.media_types import without_byte_order_mark
from crm_mocks.parsing.unique_keys import load_json


def read_file(path: Path, what: str, *, regular: bool = False) -> bytes:
    """Read a file that the user named.

    Args:
        path: path of the file.
        what: purpose of the file, for error messages, such as `--config`.
        regular: as for `read_bytes`.

    Raises:
        UsageError: the file cannot be read, or has more than 64 MiB, such as an endless device.
    """
    try:
        return read_bytes(path, regular=regular)
    except OSError as error:
        raise UsageError(f"cannot read {path} for {what}: {error.strerror}") from None


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
    except YamlProblem as error:
        raise UsageError(f"{path} for {what} is neither YAML nor JSON: {error.with_line}") from None
    except (ValueError, RecursionError):  # an integer with thousands of digits
        raise UsageError(f"{path} for {what} has a value that JSON does not have, or is nested too deeply") from None
    problem = _problem(data)
    if problem:
        raise UsageError(f"{path} for {what} {problem}")
    return data


def parse_data(raw: bytes) -> Any:
    """Parse YAML or JSON; JSON as such, since YAML reads `1e5` as a string and does not decode escaped surrogate pairs.

    Raises:
        YamlProblem: the input is neither.
        DuplicateKeyError: an object has a key twice.
        ValueError, RecursionError: JSON with an integer of thousands of digits, or too many levels.
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
        if visited + len(pending) > MAX_VALUES:
            return f"has more than {MAX_VALUES} values"
        if depth > MAX_DEPTH:
            return f"is nested more than {MAX_DEPTH} levels deep"
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
