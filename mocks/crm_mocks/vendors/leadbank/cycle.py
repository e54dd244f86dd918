"""The cycle of a lead: ready to be sent, in progress, received."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any, Final

from crm_mocks.state.records import Records

Lead = Mapping[str, Any]

LEADS: Final = "leads"
ACKNOWLEDGEMENTS: Final = "acknowledgements"


class State(IntEnum):
    """Where a lead is in its cycle (position `leadbank-state-values`)."""

    READY = 0
    IN_PROGRESS = 1
    RECEIVED = 2


def is_in(lead: Lead, state: State) -> bool:
    """Tell whether a lead is in a state; a record that a user put there without one is ready."""
    return bool(lead.get("State", State.READY) == state)


async def leads_in(records: Records, state: State, most: int | None = None) -> list[Lead]:
    """Return the leads in a state, at most so many, those first that have been in it longest."""
    found = await records.find(LEADS, "State", int(state), most)
    if state is State.READY and (most is None or len(found) < most):
        found += await records.without(LEADS, "State", None if most is None else most - len(found))
    return found


async def move(records: Records, leads: Iterable[Lead], state: State) -> list[Lead]:
    """Put leads into a state, and return them as they then are."""
    moved: list[Lead] = [{**lead, "State": int(state)} for lead in leads]
    for lead in moved:
        await records.put(LEADS, lead)
    return moved
