"""LeadBank's operations, named as in the contract."""

from __future__ import annotations

from typing import Any

from crm_mocks.answer import Answer
from crm_mocks.call import Call
from crm_mocks.vendors.leadbank.answers import answer, example
from crm_mocks.vendors.leadbank.cycle import ACKNOWLEDGEMENTS, LEADS, Lead, State, is_in, leads_in, move
from crm_mocks.vendors.leadbank.errors import LeadNotInProgress, LeadNotReceived, UnknownLead
from crm_mocks.vendors.leadbank.reading import integer


async def getLeads(call: Call) -> Answer:
    """Give the batch that is not confirmed, else open a new one (document, introduction; position `leadbank-batch`)."""
    wanted = integer(call.body or 0)
    batch = await leads_in(call.records, State.IN_PROGRESS)
    if batch:
        return _leads_answer(call, "repeated_batch", batch)
    ready = await leads_in(call.records, State.READY, _batch_size(call, wanted))
    if not ready:
        return answer(call, "no_leads")
    batch = await move(call.records, ready, State.IN_PROGRESS)
    return _leads_answer(call, "leads" if wanted > 0 else "default_batch", batch)


async def validateGetLeads(call: Call) -> Answer:
    """Confirm the reception of the leads named, or of all in progress (position `leadbank-validate-body`)."""
    if call.body:
        leads = [await _sent_lead(call, integer(each)) for each in call.body]
    else:
        leads = await leads_in(call.records, State.IN_PROGRESS)
        if not leads:
            return answer(call, "nothing_to_confirm")
    await move(call.records, leads, State.RECEIVED)
    return answer(call, "confirmed")


async def sendAcknos(call: Call) -> Answer:
    """Record acknowledgements of leads that are received (position `leadbank-acknowledgement-state`)."""
    if not call.body:
        return answer(call, "no_acknos")
    acknowledgements = [_acknowledgement(each) for each in call.body]
    await _check_received(call, [each["IDLeadBank"] for each in acknowledgements])
    for acknowledgement in acknowledgements:
        await call.records.put(ACKNOWLEDGEMENTS, {"ID": await call.ordinal("acknowledgement"), **acknowledgement})
    return answer(call, "acknowledged")


def _batch_size(call: Call, wanted: int) -> int:
    """Return how many leads a new batch has at most (position `leadbank-amount`)."""
    size: int = wanted if wanted > 0 and call.settings.amount == "honoured" else call.settings.batch
    return size


def _leads_answer(call: Call, outcome: str, batch: list[Lead]) -> Answer:
    # The help page's sample is the example of `leads`, and its Message is a filler: the others have real ones.
    message = example(call, "default_batch" if outcome == "leads" else outcome)["Message"]
    return answer(call, outcome, {**example(call, outcome), "Message": message, "Leads": _completed(call, batch)})


def _completed(call: Call, leads: list[Lead]) -> list[Lead]:
    """Fill in what a user left out of leads that the control API put there."""
    full = example(call, "leads")["Leads"][0].keys()
    if all(full <= lead.keys() for lead in leads):
        return leads
    from crm_mocks.vendors.leadbank.fixtures import make_lead

    return [{**make_lead(call.seeded, lead["IDLeadBank"], call.now(), State.READY), **lead} for lead in leads]


async def _lead(call: Call, lead_id: int) -> Lead:
    lead: Lead | None = await call.records.get(LEADS, lead_id)
    if lead is None:
        raise UnknownLead(call, lead_id)
    return lead


async def _sent_lead(call: Call, lead_id: int) -> Lead:
    lead = await _lead(call, lead_id)
    if is_in(lead, State.READY):
        raise LeadNotInProgress(call, lead_id)
    return lead


async def _check_received(call: Call, lead_ids: list[int]) -> None:
    """Refuse acknowledgements of leads that do not exist or, unless the setting allows them, are not received."""
    leads = [await _lead(call, lead_id) for lead_id in lead_ids]
    if call.settings.acknos == "any":
        return
    too_early = [number for number, lead in enumerate(leads) if not is_in(lead, State.RECEIVED)]
    for number in too_early:
        message = "the reception of the lead is to be confirmed with ValidateGetLeads first"
        call.violate(("body", number, "IDLeadBank"), "received", message)
    if too_early:
        raise LeadNotReceived(call, lead_ids[too_early[0]])


def _acknowledgement(given: dict[str, Any]) -> dict[str, Any]:
    """Return an acknowledgement as it is recorded, its integers out of their quotes."""
    return {"IDLeadBank": integer(given["IDLeadBank"]), "LeadEvents": [_event(each) for each in given["LeadEvents"]]}


def _event(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "IDstatus": _integer_or_null(given.get("IDstatus")),
        "IDreason": _integer_or_null(given.get("IDreason")),
        "DateAction": given["DateAction"],
    }


def _integer_or_null(value: int | str | None) -> int | None:
    return None if value is None else integer(value)
