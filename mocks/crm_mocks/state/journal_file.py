"""The file that exchanges are written to as they happen, so that they outlive a process that is killed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from crm_mocks import __version__
from crm_mocks.errors import UsageError
from crm_mocks.files.line_file import LineFile
from crm_mocks.settings import Settings
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.judging_settings import SettingsUsed, judging_settings

LINE_START: Final = b'{"journal":1,'
"""Beginning of each line: the version of the format."""

BEGINNING: Final = 2 * len(LINE_START) + 1
"""Bytes of a file that `is_journal` needs."""

_MAX_CHANGED: Final = 10_000
"""Sessions whose changed settings are remembered, lest they be written again."""


def is_journal(beginning: bytes) -> bool:
    """Return whether a file begins like a journal, of which a full disk may have cut off the first line."""
    first, _, rest = beginning.partition(b"\n")
    return first.startswith(LINE_START) or (LINE_START.startswith(first) and rest.startswith(LINE_START))


class JournalFile:
    """Appends exchanges to a file, each as a line of JSON, without credentials.

    Each line names the run that it belongs to, since several runs and processes may append to a file, whose sessions
    have the same names. Before the first exchange there is a line with the settings of the run that bear on judging;
    before the first exchange of a session with others, a line with those.

    Example:
        >>> JournalFile(Path("journal.jsonl"), {}, {}).add(entry, session.settings)
    """

    def __init__(self, path: Path, settings: Settings, used: SettingsUsed, run: str = "") -> None:
        """Open the file.

        Args:
            path: path of the file.
            settings: settings of the run.
            used: names of the settings that bear on judging, by vendor.
            run: name of the run; by default one that no other run has.

        Raises:
            UsageError: it cannot be written, or is something else.
        """
        self._settings = settings
        self._used = used
        self._changed: dict[str, Settings] = {}
        self._begins = LINE_START + b'"run":%s,' % orjson.dumps(run or secrets.token_hex(8))
        self._has_begun = False
        try:
            self._lines = LineFile(path)
        except OSError as error:
            raise UsageError(f"cannot write the journal {path}: {error.strerror}") from None
        beginning = self._lines.beginning(BEGINNING)
        if not LINE_START.startswith(beginning.removesuffix(b"\n")) and not is_journal(beginning):
            self._lines.close()
            raise UsageError(f"cannot write the journal {path}: the file exists and is not a journal")

    def add(self, entry: JournalEntry, settings: Settings) -> None:
        """Append an exchange of the mocks, which has been redacted.

        Args:
            entry: the exchange.
            settings: settings of its session.
        """
        if settings is not self._changed.get(entry.session, self._settings):
            self._write_settings(entry.session, settings)
        self.write({**entry.as_json(), "number": entry.number, "refused": entry.refused})

    def write(self, exchange: Mapping[str, Any]) -> None:
        """Append an exchange in the form of the control API.

        Args:
            exchange: as `JournalEntry.as_json` returns it; further members are kept.
        """
        if not self._has_begun:
            self._has_begun = True
            self._append({"version": __version__, "settings": judging_settings(self._settings, self._used)})
        self._append(exchange)

    def close(self) -> None:
        """Close the file."""
        self._lines.close()

    def _write_settings(self, session: str, settings: Settings) -> None:
        """Append the settings of a session, if they bear on judging otherwise than those before."""
        before = self._changed.pop(session, self._settings)
        if len(self._changed) >= _MAX_CHANGED:
            self._changed.pop(next(iter(self._changed)))
        self._changed[session] = settings
        values = judging_settings(settings, self._used)
        if values != judging_settings(before, self._used):
            self.write({"session": session, "settings": values})

    def _append(self, value: Mapping[str, Any]) -> None:
        try:
            document = orjson.dumps(value)
        except TypeError:  # lone surrogates, or integers of more than 64 bits
            document = json.dumps(value, default=str, separators=(",", ":")).encode("ascii")
        self._lines.append(self._begins + document[1:])
