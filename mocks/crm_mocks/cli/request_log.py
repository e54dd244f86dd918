"""The request log: one line per exchange."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import click
import orjson

from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.session_registry import DEFAULT_SESSION

_MAX_LENGTH: Final = 300
"""Maximum number of characters shown of a text from a client."""


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


def text_line(entry: JournalEntry) -> str:
    """Return an exchange as one line of text, coloured by its result.

    Green: success; yellow: a valid request was refused; red: the request breaks the contract; magenta: the response was
    forced by the test; dim red: no vendor has the path.
    """
    parts = [
        click.style(entry.at[11:19], dim=True),
        f"{safe(entry.method):<6} {safe(entry.path)}",
        _operation(entry),
        click.style(entry.fault or f"{entry.status} {entry.outcome}".rstrip(), **_style(entry)),
        click.style(f"{entry.milliseconds:.1f} ms", dim=True),
    ]
    return "  ".join([*filter(None, parts), *_details(entry)])


def _operation(entry: JournalEntry) -> str:
    name = entry.operation or (f"{entry.vendor}: no operation" if entry.vendor else "no vendor")
    return name if entry.session == DEFAULT_SESSION else f"{name} ~{entry.session}"


def _style(entry: JournalEntry) -> dict[str, Any]:
    if not entry.vendor:
        return {"fg": "red", "dim": True}
    if entry.violations:
        return {"fg": "red"}
    if entry.chosen_by != "mock":
        return {"fg": "magenta"}
    return {"fg": "yellow" if entry.refused else "green"}


def _details(entry: JournalEntry) -> Iterator[str]:
    if entry.chosen_by != "mock":
        yield click.style(f"forced by {entry.chosen_by}", fg="magenta")
    if entry.violations:
        first, *rest = entry.violations
        more = f" (and {len(rest)} more)" if rest else ""
        yield click.style(f"{place(first.location)}: {safe(first.message)}{more}", fg="red")
    if entry.notices:
        notes = "; ".join(f"{place(notice.location)} {safe(notice.message)}" for notice in entry.notices[:3])
        more = f" (and {len(entry.notices) - 3} more)" if len(entry.notices) > 3 else ""
        yield click.style(f"note: {notes}{more}", fg="cyan")


def place(location: tuple[str | int, ...]) -> str:
    """Return a location in a request in the usual notation, such as `body.customer.addresses[0]`."""
    first, *rest = location or ("request",)
    return safe(str(first) + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest))


def safe(text: str) -> str:
    """Return a text from a client, truncated and with non-printable characters escaped."""
    cut = text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in cut)
