"""The request log: one line per exchange, which continues on others where a terminal is narrow."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import click
import orjson

from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.session_registry import DEFAULT_SESSION

_MAX_LENGTH: Final = 300
"""Maximum number of characters shown of a text from a client."""
_PATH_COLUMNS: Final = 20
"""Columns of a path, so that what follows is aligned where it fits."""
_INDENT: Final = 20
"""Indentation of further lines of an exchange."""


def json_line(entry: JournalEntry) -> str:
    """Return an exchange as one line of JSON, without headers and bodies, which the control API provides."""
    shown = {
        "id": entry.id,
        "session": entry.session,
        "at": entry.at,
        "method": entry.method,
        "path": entry.path,
        "operation": entry.operation or None,
        "status": entry.status,
        "outcome": entry.outcome or None,
        "chosen_by": entry.chosen_by,
        "fault": entry.fault or None,
        "milliseconds": round(entry.milliseconds, 3),
        "violations": [violation.as_json() for violation in entry.violations],
        "notices": [notice.as_json() for notice in entry.notices],
    }
    return orjson.dumps(shown, default=str).decode()


@dataclass(frozen=True)
class _Piece:
    """A part of a line that stays on one line if it fits there.

    Attributes:
        text: the text.
        style: keywords of `click.style`.
        gap: number of spaces before it.
    """

    text: str
    style: Mapping[str, Any] = field(default_factory=dict)
    gap: int = 2


def text_line(entry: JournalEntry, similar: str = "", width: int | None = None) -> str:
    """Return an exchange as text, coloured by its result, with time, status, duration, method and path in columns.

    Green: success; yellow: a valid request was refused; red: the request breaks the contract; magenta: the response was
    forced by the test; dim red: no vendor has the path.

    Args:
        entry: the exchange.
        similar: method and path of the most similar operation, if the request matches none.
        width: width of the terminal; what exceeds it continues on indented lines, without breaking a path, a name or a
            value. `None` for a single line.
    """
    from rich.cells import cell_len

    head = (
        _Piece(entry.at[11:19], {"dim": True}, gap=0),
        _Piece(f"{entry.status or '-':>3}", _style(entry), gap=1),
        _Piece(f"{_duration(entry.milliseconds):>5}", {"dim": True}, gap=1),
        _Piece(f"{safe(entry.method):<6}", gap=1),
        _Piece(safe(entry.path), gap=1),
    )
    first, *rest = (*_result(entry, similar), *_details(entry))
    columns = sys.maxsize if width is None else width
    free = columns - sum(each.gap + cell_len(each.text) for each in (*head, first, *rest))
    padding = max(min(_PATH_COLUMNS - cell_len(head[-1].text), free), 0)
    return "\n".join(_lines((*head, replace(first, gap=first.gap + padding), *rest), columns))


def _lines(pieces: Iterable[_Piece], width: int) -> Iterator[str]:
    """Yield lines that are no wider than the terminal, unless a word is."""
    from rich.cells import cell_len

    indent = min(_INDENT, width // 4)
    line, used = "", 0
    for piece in pieces:
        if used + piece.gap + cell_len(piece.text) <= width or not line:
            line += " " * piece.gap + click.style(piece.text, **piece.style)
            used += piece.gap + cell_len(piece.text)
            continue
        for text in _filled(piece.text, width - indent):
            yield line
            line, used = " " * indent + click.style(text, **piece.style), indent + cell_len(text)
    yield line


def _filled(text: str, width: int) -> Iterator[str]:
    """Yield a text in lines that break between words only."""
    from rich.cells import cell_len

    line, *words = text.split(" ")
    for word in words:
        if cell_len(line) + 1 + cell_len(word) > width:
            yield line
            line = word
        else:
            line += f" {word}"
    yield line


def _duration(milliseconds: float) -> str:
    """Return a duration in at most five characters up to 99 seconds."""
    if milliseconds < 999.5:
        return f"{milliseconds:.1f}ms" if milliseconds < 9.95 else f"{milliseconds:.0f}ms"
    return f"{milliseconds / 1000:.1f}s"


def _result(entry: JournalEntry, similar: str) -> Iterator[_Piece]:
    """Yield the operation or the most similar one, the session unless it is the default, and the outcome or fault."""
    nothing = f"{entry.vendor}: no operation" if entry.vendor else "no vendor"
    missed = _Piece(f"did you mean {similar}?" if similar else nothing, _style(entry))
    yield _Piece(entry.operation) if entry.operation else missed
    if entry.session != DEFAULT_SESSION:
        yield _Piece(f"~{entry.session}", gap=1)
    if entry.fault or entry.outcome:
        yield _Piece(entry.fault or entry.outcome, _style(entry), gap=1)


def _style(entry: JournalEntry) -> dict[str, Any]:
    if not entry.vendor:
        return {"fg": "red", "dim": True}
    if entry.violations:
        return {"fg": "red"}
    if entry.chosen_by != "mock":
        return {"fg": "magenta"}
    return {"fg": "yellow" if entry.refused else "green"}


def _details(entry: JournalEntry) -> Iterator[_Piece]:
    if entry.chosen_by != "mock":
        yield _Piece(f"forced by {entry.chosen_by}", {"fg": "magenta"})
    if entry.violations:
        first, *rest = entry.violations
        more = f" (and {len(rest)} more)" if rest else ""
        yield _Piece(f"{place(first.location)}: {safe(first.message)}{more}", {"fg": "red"})
    if entry.notices:
        notes = "; ".join(f"{place(notice.location)} {safe(notice.message)}" for notice in entry.notices[:3])
        more = f" (and {len(entry.notices) - 3} more)" if len(entry.notices) > 3 else ""
        yield _Piece(f"note: {notes}{more}", {"fg": "cyan"})


def place(location: tuple[str | int, ...]) -> str:
    """Return a location in a request in the usual notation, such as `body.customer.addresses[0]`."""
    first, *rest = location or ("request",)
    return safe(str(first) + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest))


def safe(text: str) -> str:
    """Return a text from a client, truncated and with non-printable characters escaped."""
    cut = text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in cut)
