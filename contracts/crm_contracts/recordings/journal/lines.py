"""Files that `--journal` writes: an exchange per line, also of a process that was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import orjson

from crm_contracts.judge.exchange import Exchange
from crm_mocks.errors import UsageError
from crm_mocks.files.reading import require_regular
from crm_mocks.state.journal_entry import SHOWN_BODY_BYTES
from crm_mocks.state.journal_file import BEGINNING, LINE_START, is_journal

_MAX_LINE: Final = 8 * 1024**2
"""Longest line in bytes: two bodies as far as they are shown, each byte of which may take six, and headers."""

_MAX_SETTINGS: Final = 100_000
"""Runs, and sessions with settings of their own, whose settings are kept."""

NO_SETTINGS: Final[Mapping[str, Any]] = MappingProxyType({})


def is_journal_file(path: Path) -> bool:
    """Return whether a file begins like one that `--journal` writes."""
    try:
        require_regular(path)
        with path.open("rb") as file:
            return is_journal(file.read(BEGINNING))
    except (OSError, ValueError):
        return False


@dataclass(frozen=True)
class JournalLine:
    """An exchange of a journal.

    Attributes:
        number: number of the line.
        run: name of the run; empty in files of earlier versions.
        settings: settings of the session that bear on judging, as the journal has them; equal ones are one object.
        exchange: the exchange.
    """

    number: int
    run: str
    settings: Mapping[str, Any]
    exchange: Mapping[str, Any]


def lines_of(path: Path, note: Callable[[str], None]) -> Iterator[JournalLine]:
    """Yield the exchanges of a journal, reading one at a time.

    Args:
        path: of the file.
        note: called with a sentence about each line that is incomplete.

    Raises:
        UsageError: the file cannot be read.
    """
    number = 0
    settings = _SettingsOfRuns()
    try:
        with path.open("rb") as file:
            while line := file.readline(_MAX_LINE):
                number += 1
                entry = _entry(line)
                if entry is None:
                    if line != b"\n":
                        note(f"{path.name}, line {number}: skipped, the process ended within it")
                    continue
                run = str(entry.get("run", ""))
                if "request" in entry or "settings" not in entry:
                    yield JournalLine(number, run, settings.of(run, entry.get("session")), entry)
                elif not settings.add(run, entry.get("session"), entry["settings"]):
                    note(f"{path.name}, line {number}: skipped, it has no settings, or too many lines before have some")
    except OSError as error:
        raise UsageError(f"cannot read the journal {path}: {error.strerror}") from None


class _SettingsOfRuns:
    """The settings of runs, and of sessions that have others."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str | None], Mapping[str, Any]] = {}
        self._distinct: dict[bytes, Mapping[str, Any]] = {}

    def add(self, run: str, session: object, settings: object) -> bool:
        """Keep the settings of a run or session; return whether they can be kept."""
        if not isinstance(settings, dict) or not isinstance(session, str | None) or len(self._known) >= _MAX_SETTINGS:
            return False
        key = orjson.dumps(settings, option=orjson.OPT_SORT_KEYS)
        self._known[run, session] = self._distinct.setdefault(key, settings)
        return True

    def of(self, run: str, session: object) -> Mapping[str, Any]:
        """Return the settings of a session."""
        own = self._known.get((run, session)) if isinstance(session, str) else None
        return self._known.get((run, None), NO_SETTINGS) if own is None else own


def _entry(line: bytes) -> Mapping[str, Any] | None:
    if not (line.startswith(LINE_START) and line.endswith(b"\n")):
        return None
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def as_line(exchange: Exchange, vendor: str, provider: str) -> dict[str, Any]:
    """Return an exchange with a provider as `JournalFile.write` takes it.

    Args:
        exchange: redacted.
        vendor: whose contract both sides are held to.
        provider: URL of the provider.
    """
    path, _, query = exchange.url.partition("?")
    return {
        "vendor": vendor,
        "provider": provider,
        "at": exchange.at,
        "request": {
            "method": exchange.method,
            "path": path,
            "query": query,
            "headers": [list(field) for field in exchange.request_headers],
            "body": _shown(exchange.request_body),
        },
        "answer": {
            "status": exchange.status,
            "headers": [list(field) for field in exchange.response_headers],
            "body": _shown(exchange.response_body),
        },
        "milliseconds": exchange.milliseconds,
        "failure": exchange.failure or None,
        "missing": [str(part) for part in exchange.missing_parts],
    }


def _shown(body: bytes) -> str:
    return body[:SHOWN_BODY_BYTES].decode("utf-8", "replace")
