"""The operations of CRM.COM's contract."""

from __future__ import annotations

from typing import Any

from crm_mocks.answer import Answer
from crm_mocks.call import Call
from crm_mocks.vendors.crmcom import rules, tokens
from crm_mocks.vendors.crmcom.answers import accepted, show
from crm_mocks.vendors.crmcom.contacts import new_contact
from crm_mocks.vendors.crmcom.draft import Draft, Reader
from crm_mocks.vendors.crmcom.errors import Findings, Refused
from crm_mocks.vendors.crmcom.kinds import Record
from crm_mocks.vendors.crmcom.lead import LeadBuilder, chosen


async def createToken(call: Call) -> Answer:
    """Log in with user name, password and organisation."""
    organisation = await call.records.get("organisations", call.body["organisation"])
    if organisation is None:
        call.violate(("body", "organisation"), "organisation_unknown", "the organisation is unknown")
        raise Refused(call, "organisation_unknown")
    user = await _user(call, organisation["name"])
    if user is None:
        call.violate(("body", "password"), "credentials_invalid", "user name or password is wrong")
        raise Refused(call, "credentials_invalid")
    unit = await _unit(call, user)
    if unit is None:
        raise Refused(call, "login_unit_unknown")
    token = await tokens.issue(call, user, organisation["name"], unit)
    outcome = "token_issued_for_unit" if "unit" in call.body else "token_issued"
    return accepted(call, outcome if tokens.has_jwt(call) else "hex_token_issued", {"token": token})


async def _user(call: Call, organisation: str) -> Record | None:
    for user in await call.records.find("users", "username", call.body["username"]):
        known = user.get("password")
        if known is not None and known == call.body["password"] and user.get("organisation") == organisation:
            return dict(user)
    return None


async def _unit(call: Call, user: Record) -> Record | None:
    """Return the unit to work in, which a login names by any member of its identifier (position crmcom-login-unit)."""
    if "unit" not in call.body:
        return await _own_unit(call, user)
    for member in ("id", "name", "alternative_code"):
        for unit in await call.records.find("units", member, call.body["unit"]):
            return dict(unit)
    return None


async def _own_unit(call: Call, user: Record) -> Record:
    unit: Record | None = await call.records.get("units", user.get("unit"))
    return unit or {"id": user.get("unit"), "name": ""}


async def createTokenFromWebApiKey(call: Call) -> Answer:
    """Log in with a web API key, which `check_basic` has found good."""
    user = await call.records.get("users", call.identity["user"])
    if user is None:
        raise Refused(call, "web_api_key_unknown")
    token = await tokens.issue(call, user, user.get("organisation", ""), await _own_unit(call, user))
    return accepted(call, "token_issued" if tokens.has_jwt(call) else "hex_token_issued", {"token": token})


async def releaseToken(call: Call) -> Answer:
    """End a token's life."""
    await tokens.release(call, await tokens.live_token(call))
    return accepted(call, "token_released", {})


async def createLead(call: Call) -> Answer:
    """Create a lead, and its contact if that is new."""
    token = await tokens.live_token(call)
    findings = Findings(call)
    draft = await Reader(call, findings).read()
    dates = rules.schedule(call, draft.given, findings)
    await rules.check(call, draft, findings)
    findings.settle()
    ordinal = await call.ordinal("lead")
    contact = draft.contact
    if contact is None:
        organisation = await call.records.get("organisations", token["organisation"])
        contact = new_contact(call, draft, organisation or {}, ordinal)
        await call.records.put("contacts", contact)
    lead = await LeadBuilder(call, draft, dates, ordinal).build(contact, await _log(call, token, dates))
    await call.records.put("leads", lead)
    await tokens.use(call, token)
    return accepted(call, _outcome(draft), chosen(lead, draft.given))


async def _log(call: Call, token: Record, dates: rules.Schedule) -> dict[str, Any]:
    """Return who made the lead, where and when."""
    made = {
        "date": dates.created.isoformat(),
        "by_user": await show(call, "User", await call.records.get("users", token["user"])),
        "by_unit": await show(call, "Unit", await call.records.get("units", token["unit"])),
    }
    return {f"{what}_{name}": value for what in ("created", "updated") for name, value in made.items()}


def _outcome(draft: Draft) -> str:
    """Return which of the contract's kinds of created lead a lead is; the most telling one counts."""
    given = draft.given
    cases = {
        "created_lost": draft.status is not None and draft.status.get("life_cycle_state") == "LOST",
        "created_for_existing_contact": draft.contact is not None,
        "created_for_company": given["contact_information"].get("type") == "COMPANY",
        "created_by_defaults": not {"status_identifier", "category_identifier"} <= given.keys(),
        "created_with_services": draft.services is not None or draft.goods is not None,
        "created_with_products": draft.products is not None,
    }
    return next((outcome for outcome, holds in cases.items() if holds), "created")
