"""Leads that forced responses name: later requests confirm and acknowledge them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from crm_mocks.vendor import Records
from crm_mocks.vendors.leadbank.decoding import magic_values
from crm_mocks.vendors.leadbank.lead_states import LEADS, Lead, LeadState, is_in, leads_in, move


async def adopt_sent_leads(records: Records, leads: Any, is_usable: Callable[[Lead], bool]) -> None:
    """Make the leads of a forced response of getLeads known, in progress.

    Args:
        records: the records of the session.
        leads: member `Leads` of the response, of any form.
        is_usable: whether the mock can send a lead again.
    """
    for lead in leads if isinstance(leads, list) else ():
        lead_id = lead.get("IDLeadBank") if isinstance(lead, dict) else None
        if not _is_id(lead_id):
            continue
        known = await records.get(LEADS, lead_id)
        if known is None:
            kept = {**lead, "State": int(LeadState.IN_PROGRESS)}
            usable = kept if is_usable(kept) else {"IDLeadBank": lead_id, "State": kept["State"]}
            await records.adopt(LEADS, usable)
        elif is_in(known, LeadState.READY):
            await move(records, [known], LeadState.IN_PROGRESS)


async def adopt_confirmation(records: Records, sent: Any) -> None:
    """Make the leads received whose reception a forced response of validateGetLeads confirms.

    Args:
        records: the records of the session.
        sent: body of the request: ids, or nothing for all leads in progress.
    """
    ids = list(_ids(sent))
    for lead_id in ids:
        await records.adopt(LEADS, {"IDLeadBank": lead_id, "State": int(LeadState.IN_PROGRESS)})
    named = [await records.get(LEADS, lead_id) for lead_id in ids]
    await move(records, named or ([] if sent else await leads_in(records, LeadState.IN_PROGRESS)), LeadState.RECEIVED)


def _ids(sent: Any) -> Iterator[int]:
    return (each for each in magic_values(sent) if _is_id(each)) if isinstance(sent, list) else iter(())


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
