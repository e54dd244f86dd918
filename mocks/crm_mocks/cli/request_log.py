"""The request log: one line per exchange, which continues on others where a terminal is narrow."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import orjson

from crm_mocks.cli.terminal_lines import Piece, columns, lines
from crm_mocks.location import Location
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.session_registry import DEFAULT_SESSION

_MAX_LENGTH: Final = 300
"""Maximum number of characters shown of a text from a client."""
_METHOD_COLUMNS: Final = 6
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
    method = safe(entry.method)
    head = (
        Piece(entry.at[11:19], {"dim": True}, gap=0),
        Piece(f"{entry.status or '-':>3}", _style(entry), gap=1),
        Piece(f"{_duration(entry.milliseconds):>5}", {"dim": True}, gap=1),
        Piece(method, gap=1),
        Piece(safe(entry.path), gap=max(_METHOD_COLUMNS - len(method), 0) + 1),
    )
    first, *rest = (*_result(entry, similar), *_details(entry, similar))
    limit = sys.maxsize if width is None else width
    free = limit - sum(each.width for each in (*head, first, *rest))
    padding = max(min(_PATH_COLUMNS - columns(head[-1].text), free), 0)
    return "\n".join(lines((*head, replace(first, gap=first.gap + padding), *rest), limit, min(_INDENT, limit // 4)))


def _duration(milliseconds: float) -> str:
    """Return a duration in at most five characters up to 99 seconds."""
    if milliseconds < 999.5:
        return f"{milliseconds:.1f}ms" if milliseconds < 9.95 else f"{milliseconds:.0f}ms"
    return f"{milliseconds / 1000:.1f}s"


def _result(entry: JournalEntry, similar: str) -> Iterator[Piece]:
    """Yield the operation or the most similar one, the session unless it is the default, and the outcome or fault."""
    nothing = f"{entry.vendor}: no operation" if entry.vendor else "no vendor"
    missed = Piece(f"did you mean {similar}?" if similar else nothing, _style(entry))
    yield Piece(entry.operation) if entry.operation else missed
    if entry.session != DEFAULT_SESSION:
        yield Piece(f"~{entry.session}", gap=1)
    if entry.fault or (entry.outcome and not similar):
        yield Piece(entry.fault or entry.outcome, _style(entry), gap=1)


def _style(entry: JournalEntry) -> dict[str, Any]:
    if not entry.vendor:
        return {"fg": "red", "dim": True}
    if entry.violations:
        return {"fg": "red"}
    if entry.chosen_by != "mock":
        return {"fg": "magenta"}
    return {"fg": "yellow" if entry.refused else "green"}


def _details(entry: JournalEntry, similar: str) -> Iterator[Piece]:
    """Yield origin, violations and notices; none for a request that matches nothing, since its line says so."""
    if similar:
        return
    if entry.chosen_by != "mock":
        yield Piece(f"forced by {entry.chosen_by}", {"fg": "magenta"})
    if entry.violations:
        first, *rest = entry.violations
        more = f" (and {len(rest)} more)" if rest else ""
        yield Piece(f"{place(first.location)}: {safe(first.message)}{more}", {"fg": "red"})
    if entry.notices:
        notes = "; ".join(f"{place(notice.location)} {safe(notice.message)}" for notice in entry.notices[:3])
        more = f" (and {len(entry.notices) - 3} more)" if len(entry.notices) > 3 else ""
        yield Piece(f"note: {notes}{more}", {"fg": "cyan"})


def place(location: Location) -> str:
    """Return a location in a request in the usual notation, such as `body.customer.addresses[0]`."""
    first, *rest = location or ("request",)
    return safe(str(first) + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest))


def safe(text: str) -> str:
    """Return a text from a client, truncated and with non-printable characters escaped."""
    cut = text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in cut)
