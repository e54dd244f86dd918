"""Files that `--journal` writes: an exchange per line, also of a process that was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from crm_contracts.judge.exchange import Exchange
from crm_mocks.errors import UsageError
from crm_mocks.files.reading import require_regular
from crm_mocks.state.journal_entry import SHOWN_BODY_BYTES
from crm_mocks.state.journal_file import LINE_START

_MAX_LINE: Final = 8 * 1024**2
"""Longest line in bytes: two bodies as far as they are shown, each byte of which may take six, and headers."""


def is_journal(path: Path) -> bool:
    """Return whether a file begins like one that `--journal` writes."""
    try:
        require_regular(path)
        with path.open("rb") as file:
            return file.read(len(LINE_START)) == LINE_START
    except (OSError, ValueError):
        return False


def lines_of(path: Path, note: Callable[[str], None]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the exchanges of a journal with the numbers of their lines, reading one at a time.

    Args:
        path: of the file.
        note: called with a sentence about each line that is incomplete.

    Raises:
        UsageError: the file cannot be read.
    """
    number = 0
    try:
        with path.open("rb") as file:
            while line := file.readline(_MAX_LINE):
                number += 1
                entry = _entry(line)
                if entry is not None:
                    yield number, entry
                elif line != b"\n":
                    note(f"{path.name}, line {number}: skipped, the process ended within it")
    except OSError as error:
        raise UsageError(f"cannot read the journal {path}: {error.strerror}") from None


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
