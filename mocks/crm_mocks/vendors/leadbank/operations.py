"""LeadBank's operations, named as in the contract."""

from __future__ import annotations

from typing import Any

from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.vendors.leadbank.answers import answer, example
from crm_mocks.vendors.leadbank.cycle import ACKNOWLEDGEMENTS, LEADS, Lead, State, is_in, leads_in, move
from crm_mocks.vendors.leadbank.errors import LeadNotInProgress, LeadNotReceived, UnknownLead
from crm_mocks.vendors.leadbank.reading import integer


async def getLeads(context: RequestContext) -> MockResponse:
    """Give the batch that is not confirmed, else open a new one (document, introduction; position `leadbank-batch`)."""
    wanted = integer(context.body or 0)
    batch = await leads_in(context.records, State.IN_PROGRESS)
    if batch:
        return _leads_answer(context, "repeated_batch", batch)
    ready = await leads_in(context.records, State.READY, _batch_size(context, wanted))
    if not ready:
        return answer(context, "no_leads")
    batch = await move(context.records, ready, State.IN_PROGRESS)
    return _leads_answer(context, "leads" if wanted > 0 else "default_batch", batch)


async def validateGetLeads(context: RequestContext) -> MockResponse:
    """Confirm the reception of the leads named, or of all in progress (position `leadbank-validate-body`)."""
    if context.body:
        leads = [await _sent_lead(context, integer(each)) for each in context.body]
    else:
        leads = await leads_in(context.records, State.IN_PROGRESS)
        if not leads:
            return answer(context, "nothing_to_confirm")
    await move(context.records, leads, State.RECEIVED)
    return answer(context, "confirmed")


async def sendAcknos(context: RequestContext) -> MockResponse:
    """Record acknowledgements of leads that are received (position `leadbank-acknowledgement-state`)."""
    if not context.body:
        return answer(context, "no_acknos")
    acknowledgements = [_acknowledgement(each) for each in context.body]
    await _check_received(context, [each["IDLeadBank"] for each in acknowledgements])
    for acknowledgement in acknowledgements:
        await context.records.put(ACKNOWLEDGEMENTS, {"ID": await context.ordinal("acknowledgement"), **acknowledgement})
    return answer(context, "acknowledged")


def _batch_size(context: RequestContext, wanted: int) -> int:
    """Return how many leads a new batch has at most (position `leadbank-amount`)."""
    size: int = wanted if wanted > 0 and context.settings.amount == "honoured" else context.settings.batch
    return size


def _leads_answer(context: RequestContext, outcome: str, batch: list[Lead]) -> MockResponse:
    # The help page's sample is the example of `leads`, and its Message is a filler: the others have real ones.
    message = example(context, "default_batch" if outcome == "leads" else outcome)["Message"]
    return answer(
        context, outcome, {**example(context, outcome), "Message": message, "Leads": _completed(context, batch)}
    )


def _completed(context: RequestContext, leads: list[Lead]) -> list[Lead]:
    """Fill in what a user left out of leads that the control API put there."""
    full = example(context, "leads")["Leads"][0].keys()
    if all(full <= lead.keys() for lead in leads):
        return leads
    from crm_mocks.vendors.leadbank.fixtures import make_lead

    return [{**make_lead(context.seeded, lead["IDLeadBank"], context.now(), State.READY), **lead} for lead in leads]


async def _lead(context: RequestContext, lead_id: int) -> Lead:
    lead: Lead | None = await context.records.get(LEADS, lead_id)
    if lead is None:
        raise UnknownLead(context, lead_id)
    return lead


async def _sent_lead(context: RequestContext, lead_id: int) -> Lead:
    lead = await _lead(context, lead_id)
    if is_in(lead, State.READY):
        raise LeadNotInProgress(context, lead_id)
    return lead


async def _check_received(context: RequestContext, lead_ids: list[int]) -> None:
    """Refuse acknowledgements of leads that do not exist or, unless the setting allows them, are not received."""
    leads = [await _lead(context, lead_id) for lead_id in lead_ids]
    if context.settings.acknos == "any":
        return
    too_early = [number for number, lead in enumerate(leads) if not is_in(lead, State.RECEIVED)]
    for number in too_early:
        message = "the reception of the lead is to be confirmed with ValidateGetLeads first"
        context.violate(("body", number, "IDLeadBank"), "received", message, basis="leadbank-acknowledgement-state")
    if too_early:
        raise LeadNotReceived(context, lead_ids[too_early[0]])


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
