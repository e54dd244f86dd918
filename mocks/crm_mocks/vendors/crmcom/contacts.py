"""New contacts (positions crmcom-new-contacts, crmcom-demographics)."""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.vendor import RequestContext
from crm_mocks.vendors.crmcom.catalogue import findable
from crm_mocks.vendors.crmcom.draft import LeadDraft
from crm_mocks.vendors.crmcom.kinds import Record

_NAMES: Final = ("title", "first_name", "middle_name", "last_name")
_AS_SENT: Final = ("gender", "id_number", "passport_number", "social_security_number", "date_of_birth", "name_day")


def new_contact(context: RequestContext, draft: LeadDraft, organisation: Record, ordinal: int) -> dict[str, Any]:
    """Return the contact that a lead creates.

    Args:
        context: the request.
        draft: the lead.
        organisation: its country is that of contacts without one.
        ordinal: number of the contact in the session, from 1.
    """
    sent = draft.given["contact_information"]
    company = sent["type"] == "COMPANY"
    demographics = {name: value for name, value in sent.get("demographics", {}).items() if name in _AS_SENT}
    countries = {"country_of_residence": organisation.get("country")} | {
        name: country["id"] for name, country in draft.countries.items()
    }
    return findable(
        {
            "id": context.seeded.hex("contact id", ordinal).upper(),
            "type": sent["type"],
            "name": sent["company_name"] if company else f"{sent['first_name']} {sent['last_name']}",
            "company_name": sent["company_name"] if company else None,
            **({} if company else {name: sent.get(name) for name in _NAMES}),
            "life_cycle_state": "MARKETING",
            "demographics": demographics | countries,
        }
    )
