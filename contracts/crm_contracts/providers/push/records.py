"""Reading the user's records from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from crm_mocks.errors import UsageError
from crm_mocks.parsing.user_files import read_file


def read(path: Path) -> list[Any]:
    """Return the records of a JSON file with one record or a list of records.

    Raises:
        UsageError: the file cannot be read, or has no records.
    """
    try:
        document = orjson.loads(read_file(path, "--file"))
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{path} for --file is not JSON: {error}") from None
    records = document if isinstance(document, list) else [document]
    if not records:
        raise UsageError(f"{path} for --file has an empty list: there is nothing to send")
    return records
