"""The states of a lead: ready to be sent, in progress, received."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any, Final

from crm_mocks.vendor import Records

Lead = Mapping[str, Any]

LEADS: Final = "leads"
ACKNOWLEDGEMENTS: Final = "acknowledgements"


class LeadState(IntEnum):
    """State of a lead (position `leadbank-state-values`)."""

    READY = 0
    IN_PROGRESS = 1
    RECEIVED = 2


def is_in(lead: Lead, state: LeadState) -> bool:
    """Return whether a lead is in a state; a user's record without one is ready."""
    return bool(lead.get("State", LeadState.READY) == state)


async def leads_in(records: Records, state: LeadState, limit: int | None = None) -> list[Lead]:
    """Return at most `limit` leads in a state, those first that have been in it longest."""
    found = await records.find(LEADS, "State", int(state), limit)
    if state is LeadState.READY and (limit is None or len(found) < limit):
        found += await records.without(LEADS, "State", None if limit is None else limit - len(found))
    return found


async def move(records: Records, leads: Iterable[Lead], state: LeadState) -> list[Lead]:
    """Move leads to a state, and return them as they are then."""
    moved: list[Lead] = [{**lead, "State": int(state)} for lead in leads]
    for lead in moved:
        await records.put(LEADS, lead)
    return moved
