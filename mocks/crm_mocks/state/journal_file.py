"""The file that exchanges are written to as they happen, so that they outlive a process that is killed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from crm_mocks.errors import UsageError
from crm_mocks.files.line_file import LineFile
from crm_mocks.state.journal_entry import JournalEntry

LINE_START: Final = b'{"journal":1,'
"""Beginning of each line: the version of the format."""


class JournalFile:
    """Appends exchanges to a file, each as a line of JSON, without credentials.

    Example:
        >>> JournalFile(Path("journal.jsonl")).add(entry)
    """

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            UsageError: it cannot be written.
        """
        try:
            self._lines = LineFile(path)
        except OSError as error:
            raise UsageError(f"cannot write the journal {path}: {error.strerror}") from None

    def add(self, entry: JournalEntry) -> None:
        """Append an exchange of the mocks, which has been redacted."""
        self.write({**entry.as_json(), "number": entry.number, "refused": entry.refused})

    def write(self, exchange: Mapping[str, Any]) -> None:
        """Append an exchange in the form of the control API.

        Args:
            exchange: as `JournalEntry.as_json` returns it; further members are kept.
        """
        try:
            document = orjson.dumps(exchange)
        except TypeError:  # lone surrogates, or integers of more than 64 bits
            document = json.dumps(exchange, default=str, separators=(",", ":")).encode("ascii")
        self._lines.append(LINE_START + document[1:])

    def close(self) -> None:
        """Close the file."""
        self._lines.close()
