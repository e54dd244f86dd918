"""The operations of the Config API, named as in its contract."""

from __future__ import annotations

from typing import Any

from crm_mocks.answer import JSON, Answer
from crm_mocks.call import Call
from crm_mocks.contract import Outcome
from crm_mocks.vendors.config_api import fixtures, rules
from crm_mocks.vendors.config_api.errors import ConfigApiRefusal, Finding, text
from crm_mocks.vendors.config_api.lead_config import lead_config


async def getLeadConfig(call: Call) -> Answer:
    """Answer the lead config in force."""
    return Answer(200, "lead_config", lead_config(call))


async def validateLead(call: Call) -> Answer:
    """Tell whether a lead could be created (position config-api-validate-outcome); store nothing."""
    if await rules.findings(call):
        outcome = "invalid_lead_data"
    elif await _known(call, call.body["leadCustomer"]["email"]):
        outcome = "duplicate_customer"
    else:
        outcome = "possible"
    return Answer(200, outcome, _outcome(call, outcome).value[JSON])


async def createLead(call: Call) -> Answer:
    """Create a lead and its customer.

    Raises:
        ConfigApiRefusal: 400 or 404 for what the lead config and the catalogue refuse, 409 while the same customer is
            being created, 400 for a customer who is known.
    """
    found = await rules.findings(call)
    if found:
        call.violations.extend(finding.violation(call) for finding in found[1:] if finding.broken)
        raise ConfigApiRefusal(call, found[0])
    email: str = call.body["leadCustomer"]["email"]
    await _claim_customer(call, email)
    return Answer(200, "created_minimal" if _is_minimal(call) else "created_full", await _store(call, email))


async def _claim_customer(call: Call, email: str) -> None:
    """Make sure that this call, and no other, creates the customer (positions config-api-concurrent-modification and
    config-api-duplicate-customer).
    """
    where, about = ("body", "leadCustomer", "email"), (text(email),)
    if not await call.claim(f"customer {email.casefold()}"):
        raise ConfigApiRefusal(call, Finding("concurrent_modification", where, about, broken=False))
    if await _known(call, email):
        raise ConfigApiRefusal(call, Finding("duplicate_customer", where, about, broken=False))


async def _known(call: Call, email: str) -> bool:
    return bool(await call.records.find("customers", "email", email))


def _is_minimal(call: Call) -> bool:
    """Tell whether a lead holds nothing but what the contract requires."""
    schemas = call.contract.document["components"]["schemas"]
    customer = call.body["leadCustomer"]
    return len(call.body) == 1 and len(customer) == len(schemas["LeadCustomer"]["required"])


async def _store(call: Call, email: str) -> dict[str, Any]:
    """Store lead and customer under identifiers that nobody has; return the identifiers."""
    while True:
        identifiers = fixtures.identifiers(_outcome(call, "created_full"), call.seeded, await call.ordinal("lead"))
        taken = await call.records.get("leads", identifiers["id"]) is not None
        customer = {
            "customerId": identifiers["customerId"],
            "customerNumber": identifiers["customerNumber"],
            "firstname": call.body["leadCustomer"]["firstname"],
            "lastname": call.body["leadCustomer"]["lastname"],
            "email": email,
        }
        if not taken and await call.records.put_if_absent("customers", customer):
            break
    lead = rules.active(call.body, lead_config(call))
    await call.records.put("leads", {**lead, **identifiers, "createdAt": call.now().isoformat()})
    return identifiers


def _outcome(call: Call, name: str) -> Outcome:
    assert call.operation is not None  # operations are only called for their requests
    return call.operation.outcomes[name]
