"""Reading the user's records from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from crm_mocks.errors import DuplicateKeyError, UsageError
from crm_mocks.parsing.unique_keys import load_json
from crm_mocks.parsing.user_files import read_file


def read(path: Path) -> list[Any]:
    """Return the records of a JSON file with one record or a list of records.

    Raises:
        UsageError: the file cannot be read, has no records, or a key twice.
    """
    try:
        raw = read_file(path, "--file")
        document = orjson.loads(raw)
        load_json(raw)
    except DuplicateKeyError as error:
        raise UsageError(f"{path} for --file: {error}") from None
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{path} for --file is not JSON: {error}") from None
    records = document if isinstance(document, list) else [document]
    if not records:
        raise UsageError(f"{path} for --file has an empty list: there is nothing to send")
    return records
