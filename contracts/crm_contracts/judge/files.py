"""Read JSON files and verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crm_contracts.judge.codec import Malformed
from crm_contracts.judge.verdict import Verdict
from crm_mocks.errors import DuplicateKeyError, UsageError
from crm_mocks.files.reading import read_bytes
from crm_mocks.parsing.unique_keys import load_json


def read_json(path: Path, what: str) -> Any:
    """Read a JSON file.

    Args:
        path: path of the file.
        what: purpose of the file, for error messages, such as `the baseline`.

    Raises:
        UsageError: the file cannot be read, is not JSON, or has a key twice.
    """
    try:
        return load_json(read_bytes(path))
    except DuplicateKeyError as error:
        raise UsageError(f"{path}: {error}") from None
    except OSError as error:
        raise UsageError(f"cannot read {what} {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON: {error}") from None


def read_verdict(path: Path) -> Verdict:
    """Read the verdict in a JSON report.

    Raises:
        UsageError: the file cannot be read or has no verdict.
    """
    try:
        return Verdict.from_json(read_json(path, "the verdict"))
    except Malformed as error:
        raise UsageError(f"{path} is not a verdict, which --json writes: {error}") from None
