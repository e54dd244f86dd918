"""The operations of the Config API, named as in its contract."""

from __future__ import annotations

from typing import Any

from crm_mocks.contract import Outcome
from crm_mocks.mock_response import JSON, MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.vendors.config_api import fixtures, rules
from crm_mocks.vendors.config_api.errors import ConfigApiRefusal, RefusalCause, text
from crm_mocks.vendors.config_api.lead_config import lead_config


async def getLeadConfig(context: RequestContext) -> MockResponse:
    """Answer the lead config in force."""
    return MockResponse(200, "lead_config", lead_config(context))


async def validateLead(context: RequestContext) -> MockResponse:
    """Tell whether a lead could be created (position config-api-validate-outcome); store nothing."""
    if await rules.findings(context):
        outcome = "invalid_lead_data"
    elif await _known(context, context.body["leadCustomer"]["email"]):
        outcome = "duplicate_customer"
    else:
        outcome = "possible"
    return MockResponse(200, outcome, _outcome(context, outcome).value[JSON])


async def createLead(context: RequestContext) -> MockResponse:
    """Create a lead and its customer.

    Raises:
        ConfigApiRefusal: 400 or 404 for what the lead config and the catalogue refuse, 409 while the same customer is
            being created, 400 for a customer who is known.
    """
    found = await rules.findings(context)
    if found:
        context.violations.extend(finding.violation(context) for finding in found[1:] if finding.broken)
        raise ConfigApiRefusal(context, found[0])
    email: str = context.body["leadCustomer"]["email"]
    await _claim_customer(context, email)
    return MockResponse(
        200, "created_minimal" if _is_minimal(context) else "created_full", await _store(context, email)
    )


async def _claim_customer(context: RequestContext, email: str) -> None:
    """Make sure that this call, and no other, creates the customer (positions config-api-concurrent-modification and
    config-api-duplicate-customer).
    """
    where, about = ("body", "leadCustomer", "email"), (text(email),)
    if not await context.claim(f"customer {email.casefold()}"):
        raise ConfigApiRefusal(context, RefusalCause("concurrent_modification", where, about, broken=False))
    if await _known(context, email):
        raise ConfigApiRefusal(context, RefusalCause("duplicate_customer", where, about, broken=False))


async def _known(context: RequestContext, email: str) -> bool:
    return bool(await context.records.find("customers", "email", email))


def _is_minimal(context: RequestContext) -> bool:
    """Tell whether a lead holds nothing but what the contract requires."""
    schemas = context.contract.document["components"]["schemas"]
    customer = context.body["leadCustomer"]
    return len(context.body) == 1 and len(customer) == len(schemas["LeadCustomer"]["required"])


async def _store(context: RequestContext, email: str) -> dict[str, Any]:
    """Store lead and customer under identifiers that nobody has; return the identifiers."""
    while True:
        identifiers = fixtures.identifiers(
            _outcome(context, "created_full"), context.seeded, await context.ordinal("lead")
        )
        taken = await context.records.get("leads", identifiers["id"]) is not None
        customer = {
            "customerId": identifiers["customerId"],
            "customerNumber": identifiers["customerNumber"],
            "firstname": context.body["leadCustomer"]["firstname"],
            "lastname": context.body["leadCustomer"]["lastname"],
            "email": email,
        }
        if not taken and await context.records.put_if_absent("customers", customer):
            break
    lead = rules.active(context.body, lead_config(context))
    await context.records.put("leads", {**lead, **identifiers, "createdAt": context.now().isoformat()})
    return identifiers


def _outcome(context: RequestContext, name: str) -> Outcome:
    assert context.operation is not None  # operations are only called for their requests
    return context.operation.outcomes[name]
