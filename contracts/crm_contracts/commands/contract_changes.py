"""What changed in a contract that `crm-mocks serve --reload` has read again, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_contracts.diff import Change, DocumentError, compare
from crm_contracts.report.text import plural

_SHOWN: Final = 3
"""Maximum number of changes that are named."""


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return the number of changes and the most serious ones.

    Args:
        old: OpenAPI document before.
        new: OpenAPI document now.

    Example:
        "2 changes, 1 breaking: createContact: the request needs email; listContacts: …"
    """
    try:
        found = sorted(compare(old, new).changes, key=lambda each: not each.breaks)
    except DocumentError as error:
        return str(error)
    if not found:
        return "nothing changed that clients or providers notice"
    breaking = sum(bool(each.breaks) for each in found)
    shown = "; ".join(map(_text, found[:_SHOWN]))
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{plural(len(found), 'change')}, {breaking} breaking: {shown}{more}"


def _text(change: Change) -> str:
    place = ".".join(change.place)
    subject = " ".join(filter(None, (change.operation, place)))
    return f"{subject}: {change.message}" if subject else change.message
