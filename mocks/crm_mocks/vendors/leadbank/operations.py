"""The operations of LeadBank, named by operationId."""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.vendor import MockResponse, RequestContext, documented
from crm_mocks.vendors.leadbank.decoding import integer
from crm_mocks.vendors.leadbank.errors import LeadNotInProgress, LeadNotReceived, UnknownLead
from crm_mocks.vendors.leadbank.lead_states import ACKNOWLEDGEMENTS, LEADS, Lead, LeadState, is_in, leads_in, move
from crm_mocks.vendors.leadbank.responses import example

_DEFAULT_DATE: Final = "0001-01-01T00:00:00"
"""Date of an event without one, as the framework writes its default."""


async def getLeads(context: RequestContext) -> MockResponse:
    """Return the unconfirmed batch, else start a new one (document, introduction; position `leadbank-batch`)."""
    requested = integer(context.body or 0)
    batch = await leads_in(context.records, LeadState.IN_PROGRESS)
    if batch:
        return _leads_response(context, "repeated_batch", batch)
    ready = await leads_in(context.records, LeadState.READY, _batch_size(context, requested))
    if not ready:
        return documented(context, "no_leads")
    batch = await move(context.records, ready, LeadState.IN_PROGRESS)
    return _leads_response(context, "leads" if requested > 0 else "default_batch", batch)


async def validateGetLeads(context: RequestContext) -> MockResponse:
    """Confirm the reception of the leads named, or of all in progress (position `leadbank-validate-body`)."""
    if context.body:
        leads = [await _sent_lead(context, integer(each)) for each in context.body]
    else:
        leads = await leads_in(context.records, LeadState.IN_PROGRESS)
        if not leads:
            return documented(context, "nothing_to_confirm")
    await move(context.records, leads, LeadState.RECEIVED)
    return documented(context, "confirmed")


async def sendAcknos(context: RequestContext) -> MockResponse:
    """Record acknowledgements of leads that are received (position `leadbank-acknowledgement-state`)."""
    if not context.body:
        return documented(context, "no_acknos")
    acknowledgements = [_acknowledgement(each) for each in context.body]
    await _check_received(context, [each["IDLeadBank"] for each in acknowledgements])
    records = context.records
    adopted = await records.adopted(LEADS)
    for acknowledgement in acknowledgements:
        store = records.adopt if str(acknowledgement["IDLeadBank"]) in adopted else records.put
        await store(ACKNOWLEDGEMENTS, {"ID": await context.ordinal("acknowledgement"), **acknowledgement})
    return documented(context, "acknowledged")


def _batch_size(context: RequestContext, requested: int) -> int:
    """Return the maximum size of a new batch (position `leadbank-amount`)."""
    size: int = requested if requested > 0 and context.settings.amount == "honoured" else context.settings.batch
    return size


def _leads_response(context: RequestContext, outcome: str, batch: list[Lead]) -> MockResponse:
    # The example of `leads` is the help page's sample, whose Message is a placeholder.
    message = example(context, "default_batch" if outcome == "leads" else outcome)["Message"]
    return documented(
        context, outcome, {**example(context, outcome), "Message": message, "Leads": _completed(context, batch)}
    )


def _completed(context: RequestContext, leads: list[Lead]) -> list[Lead]:
    """Add the missing members of leads that the user supplied."""
    full = example(context, "leads")["Leads"][0].keys()
    if all(full <= lead.keys() for lead in leads):
        return leads
    from crm_mocks.vendors.leadbank.fixtures import make_lead

    return [{**make_lead(context.seeded, lead["IDLeadBank"], context.now(), LeadState.READY), **lead} for lead in leads]


async def _lead(context: RequestContext, lead_id: int) -> Lead:
    lead: Lead | None = await context.records.get(LEADS, lead_id)
    if lead is None:
        raise UnknownLead(context, lead_id)
    return lead


async def _sent_lead(context: RequestContext, lead_id: int) -> Lead:
    lead = await _lead(context, lead_id)
    if is_in(lead, LeadState.READY):
        raise LeadNotInProgress(context, lead_id)
    return lead


async def _check_received(context: RequestContext, lead_ids: list[int]) -> None:
    """Refuse acknowledgements of unknown leads and, unless the setting allows them, of leads not received."""
    leads = [await _lead(context, lead_id) for lead_id in lead_ids]
    if context.settings.acknos == "any":
        return
    too_early = [number for number, lead in enumerate(leads) if not is_in(lead, LeadState.RECEIVED)]
    for number in too_early:
        message = "the reception of the lead must be confirmed with ValidateGetLeads first"
        context.violate(("body", number, "IDLeadBank"), "received", message, basis="leadbank-acknowledgement-state")
    if too_early:
        raise LeadNotReceived(context, lead_ids[too_early[0]])


def _acknowledgement(given: dict[str, Any]) -> dict[str, Any]:
    """Return an acknowledgement as it is stored, with unquoted integers.

    The framework's defaults stand for members that the setting lets a client leave out (position
    `leadbank-required-members`).
    """
    events = given.get("LeadEvents") or []
    return {"IDLeadBank": integer(given.get("IDLeadBank", 0)), "LeadEvents": [_event(each) for each in events]}


def _event(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "IDstatus": _integer_or_null(given.get("IDstatus")),
        "IDreason": _integer_or_null(given.get("IDreason")),
        "DateAction": given.get("DateAction", _DEFAULT_DATE),
    }


def _integer_or_null(value: int | str | None) -> int | None:
    return None if value is None else integer(value)
