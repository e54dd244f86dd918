"""The request log: one line for each exchange."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import click
import orjson

from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.session_registry import DEFAULT_SESSION

_LONGEST: Final = 300
"""Characters of what a client sent that a line shows at most."""


def json_line(entry: JournalEntry) -> str:
    """Return an exchange as one line of JSON, without headers and bodies, which the control API has."""
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
    """Return an exchange as a line for people, coloured by what came of it.

    Green: as it should be; yellow: refused, without a fault in the request; red: the request breaks the contract;
    magenta: forced by the test; dim red: no vendor has the path.
    """
    parts = [
        click.style(entry.at[11:19], dim=True),
        f"{safe(entry.method):<6} {safe(entry.path)}",
        _operation(entry),
        click.style(entry.fault or f"{entry.status} {entry.outcome}".rstrip(), **_style(entry)),
        click.style(f"{entry.milliseconds:.1f} ms", dim=True),
    ]
    return "  ".join([*filter(None, parts), *_remarks(entry)])


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
    return {"fg": "green" if entry.status < 400 else "yellow"}


def _remarks(entry: JournalEntry) -> Iterator[str]:
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
    """Return a location in a request as people write it: `body.customer.addresses[0]`."""
    first, *rest = location or ("request",)
    return safe(str(first) + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest))


def safe(text: str) -> str:
    """Return a text that came from a client without what would play tricks on a terminal, and not too long."""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in cut)
