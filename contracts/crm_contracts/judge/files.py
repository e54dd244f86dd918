"""Reading JSON files, and the verdicts in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from crm_contracts.judge.codec import Malformed
from crm_contracts.judge.verdict import Verdict
from crm_mocks.errors import UsageError


def read_json(path: Path, what: str) -> Any:
    """Return the JSON value of a file.

    Args:
        path: the file.
        what: for the message, what the file is meant to be.

    Raises:
        UsageError: it cannot be read, or is not JSON.
    """
    try:
        return orjson.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read {what} {path}: {error.strerror or error}") from None
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{path} is not JSON: {error}") from None


def read_verdict(path: Path) -> Verdict:
    """Return the verdict that a JSON report holds.

    Raises:
        UsageError: it cannot be read, or holds no verdict.
    """
    try:
        return Verdict.from_json(read_json(path, "the verdict"))
    except Malformed as error:
        raise UsageError(f"{path} is not a verdict, which --json writes: {error}") from None
