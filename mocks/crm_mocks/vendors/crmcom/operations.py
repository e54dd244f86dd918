"""The operations of CRM.COM, named by operationId."""

from __future__ import annotations

from typing import Any

from crm_mocks.vendor import MockResponse, RequestContext
from crm_mocks.vendors.crmcom import credentials, rules
from crm_mocks.vendors.crmcom.contacts import new_contact
from crm_mocks.vendors.crmcom.draft import SOURCES, LeadDraft, LeadReader
from crm_mocks.vendors.crmcom.errors import CrmComRefusal, RuleViolations
from crm_mocks.vendors.crmcom.kinds import Record
from crm_mocks.vendors.crmcom.lead import LeadBuilder, selected
from crm_mocks.vendors.crmcom.responses import show, success


async def createToken(context: RequestContext) -> MockResponse:
    """Log in with user name, password and organisation."""
    organisation = await context.records.get("organisations", context.body["organisation"])
    if organisation is None:
        context.violate(("body", "organisation"), "organisation_unknown", "the organisation is unknown")
        raise CrmComRefusal(context, "organisation_unknown")
    user = await _user(context, organisation["name"])
    if user is None:
        context.violate(("body", "password"), "credentials_invalid", "user name or password is wrong")
        raise CrmComRefusal(context, "credentials_invalid")
    return await _issue(context, user, organisation["name"])


async def _issue(context: RequestContext, user: Record, organisation: str) -> MockResponse:
    """Return the response with a new token, for the unit that the body names or the user's own."""
    token = await credentials.issue(context, user, organisation, await _unit(context, user))
    outcome = "token_issued_for_unit" if context.body and "unit" in context.body else "token_issued"
    return success(context, outcome if credentials.has_jwt(context) else "hex_token_issued", {"token": token})


async def _user(context: RequestContext, organisation: str) -> Record | None:
    for user in await context.records.find("users", "username", context.body["username"]):
        known = user.get("password")
        if known is not None and known == context.body["password"] and user.get("organisation") == organisation:
            return dict(user)
    return None


async def _unit(context: RequestContext, user: Record) -> Record:
    """Return the unit that a login names by its id, or the user's own (position crmcom-login-unit).

    Raises:
        CrmComRefusal: there is no such unit.
    """
    name = context.body.get("unit") if isinstance(context.body, dict) else None
    if name is None:
        return await _own_unit(context, user)
    unit: Record | None = await context.records.get("units", name)
    if unit is None:
        raise CrmComRefusal(context, "login_unit_unknown")
    return unit


async def _own_unit(context: RequestContext, user: Record) -> Record:
    unit: Record | None = await context.records.get("units", user.get("unit"))
    return unit or {"id": user.get("unit"), "name": ""}


async def createTokenFromWebApiKey(context: RequestContext) -> MockResponse:
    """Log in with a web API key, already checked."""
    user = await context.records.get("users", context.identity["user"])
    if user is None:
        raise CrmComRefusal(context, "web_api_key_unknown")
    return await _issue(context, user, user.get("organisation", ""))


async def releaseToken(context: RequestContext) -> MockResponse:
    """Release a token."""
    await credentials.release(context, await credentials.live_token(context))
    return success(context, "token_released", {})


async def createLead(context: RequestContext) -> MockResponse:
    """Create a lead, and its contact if it is new."""
    token = await credentials.live_token(context)
    violations = RuleViolations(context)
    draft = await LeadReader(context, violations).read()
    dates = rules.lead_dates(context, draft.given, violations)
    await rules.check(context, draft, violations)
    violations.raise_first()
    ordinal = await context.ordinal("lead")
    contact = draft.contact
    if contact is None:
        organisation = await context.records.get("organisations", token["organisation"])
        contact = new_contact(context, draft, organisation or {}, ordinal)
        await context.records.put("contacts", contact)
    lead = await LeadBuilder(context, draft, dates, ordinal).build(contact, await _log(context, token, dates))
    await context.records.put("leads", lead)
    return success(context, _outcome(draft), selected(lead, draft.given))


async def _log(context: RequestContext, token: Record, dates: rules.LeadDates) -> dict[str, Any]:
    """Return who created the lead, in which unit and when."""
    made = {
        "date": dates.created.isoformat(),
        "by_user": await show(context, "User", await context.records.get("users", token["user"])),
        "by_unit": await show(context, "Unit", await context.records.get("units", token["unit"])),
    }
    return {f"{what}_{name}": value for what in ("created", "updated") for name, value in made.items()}


def _outcome(draft: LeadDraft) -> str:
    """Return which documented success a lead is; the most specific one counts."""
    given = draft.given
    cases = {
        "created_lost": draft.status is not None and draft.status.get("life_cycle_state") == "LOST",
        "created_for_existing_contact": draft.contact is not None,
        "created_for_company": given["contact_information"].get("type") == "COMPANY",
        "created_with_source_of_type": _is_source_of_type(draft),
        "created_by_defaults": not {"status_identifier", "category_identifier"} <= given.keys(),
        "created_with_services": draft.services is not None or draft.goods is not None,
        "created_with_products": draft.products is not None,
    }
    return next((outcome for outcome, holds in cases.items() if holds), "created")


def _is_source_of_type(draft: LeadDraft) -> bool:
    source = draft.given["source"]
    parameter = SOURCES[source["type"]][0] if source["type"] in SOURCES else "name"
    return parameter not in source
