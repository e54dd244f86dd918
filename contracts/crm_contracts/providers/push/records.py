"""Records of the user's, in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from crm_mocks.errors import UsageError
from crm_mocks.parsing.user_files import read_file


def read(path: Path) -> list[Any]:
    """Return the records of a JSON file: one, or a list.

    Raises:
        UsageError: it cannot be read, or has none.
    """
    try:
        found = orjson.loads(read_file(path, "--file"))
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{path} for --file is not JSON: {error}") from None
    records = found if isinstance(found, list) else [found]
    if not records:
        raise UsageError(f"{path} for --file has an empty list: there is nothing to send")
    return records
