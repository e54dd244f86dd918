"""Descriptions of alternatives for reports."""

from __future__ import annotations

from crm_contracts.diff.schemas.slots import Slot

_SHOWN = 3


def described(slot: Slot) -> str:
    """Return a description of an alternative in a few words."""
    if slot.values is not None:
        return "one of " + ", ".join(list(slot.values)[:_SHOWN]) + (" and others" if len(slot.values) > _SHOWN else "")
    if slot.type == "object":
        names = sorted(slot.required) or list(slot.members)
        shown = ", ".join(names[:_SHOWN]) + (" and others" if len(names) > _SHOWN else "")
        return f"an object with {shown}" if names else "an object"
    if slot.type == "array":
        return "an array"
    kind = "integer" if slot.whole else slot.type
    what = sorted([*slot.formats, *slot.patterns])
    return f"{'an' if kind == 'integer' else 'a'} {kind}" + (f" ({', '.join(what)})" if what else "")
