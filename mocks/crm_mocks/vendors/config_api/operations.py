"""The operations of the Config API, named by operationId."""

from __future__ import annotations

from typing import Any

from crm_mocks.vendor import MockResponse, RequestContext, documented, find_outcome
from crm_mocks.vendors.config_api import fixtures, rules
from crm_mocks.vendors.config_api.errors import ConfigApiRefusal, RefusalCause, text
from crm_mocks.vendors.config_api.lead_config import LeadConfig, lead_config


async def getLeadConfig(context: RequestContext) -> MockResponse:
    """Return the lead config in force."""
    _check_duration(context)
    return documented(context, "lead_config", lead_config(context).raw)


async def validateLead(context: RequestContext) -> MockResponse:
    """Return whether a lead could be created (position config-api-validate-outcome); store nothing."""
    _check_duration(context)
    if await rules.refusal_causes(context, rules.kept_config(context)):
        outcome = "invalid_lead_data"
    elif await context.records.find("customers", "email", context.body["leadCustomer"]["email"]):
        outcome = "duplicate_customer"
    else:
        outcome = "possible"
    return documented(context, outcome)


async def createLead(context: RequestContext) -> MockResponse:
    """Create a lead and its customer.

    Raises:
        ConfigApiRefusal: 400 or 404 for what the lead config and the catalogue refuse, 409 while another request
            creates the same customer, 400 for an existing customer, 503 if the creation takes too long.
    """
    _check_duration(context)
    config = rules.kept_config(context)
    causes = await rules.refusal_causes(context, config)
    if causes:
        context.violations.extend(cause.violation(context) for cause in causes[1:] if cause.violates)
        raise ConfigApiRefusal(context, causes[0])
    email: str = context.body["leadCustomer"]["email"]
    await _claim_customer(context, email)
    outcome = "created_minimal" if _is_minimal(context) else "created_full"
    return documented(context, outcome, await _store(context, email, config))


def _check_duration(context: RequestContext) -> None:
    """Cancel a transaction that takes too long.

    Raises:
        ConfigApiRefusal: 503, as the response is delayed longer than a transaction may take (position
            config-api-service-unavailable).
    """
    if 0 < context.settings.transaction_timeout_ms < context.settings.latency_ms:
        raise ConfigApiRefusal(context, RefusalCause("service_unavailable", violates=False))


async def _claim_customer(context: RequestContext, email: str) -> None:
    """Let only this request create the customer.

    Positions config-api-concurrent-modification and config-api-duplicate-customer.
    """
    if not await context.claim(f"customer {email.casefold()}"):
        raise _customer_refusal(context, "concurrent_modification", email)
    if await context.records.find("customers", "email", email):
        raise _customer_refusal(context, "duplicate_customer", email)


def _customer_refusal(context: RequestContext, outcome: str, email: str) -> ConfigApiRefusal:
    cause = RefusalCause(outcome, ("body", "leadCustomer", "email"), (text(email),), violates=False)
    return ConfigApiRefusal(context, cause)


def _is_minimal(context: RequestContext) -> bool:
    """Return whether a lead has only the members that the contract requires."""
    schemas = context.contract.document["components"]["schemas"]
    customer = context.body["leadCustomer"]
    return len(context.body) == 1 and len(customer) == len(schemas["LeadCustomer"]["required"])


async def _store(context: RequestContext, email: str, config: LeadConfig) -> dict[str, Any]:
    """Store lead and customer under unused identifiers; return the identifiers.

    Args:
        context: the request.
        email: address of the customer.
        config: lead config that the lead keeps.
    """
    created, sent = find_outcome(context, "created_full"), context.body["leadCustomer"]
    lead, records = rules.active(context.body, config), context.records
    while True:
        identifiers = fixtures.identifiers(created, context.seeded, context.records.increment("lead"))
        customer = {
            "customerId": identifiers["customerId"],
            "customerNumber": identifiers["customerNumber"],
            "firstname": sent["firstname"],
            "lastname": sent["lastname"],
            "email": email,
        }
        if await records.put_if_absent("leads", {**lead, **identifiers, "createdAt": context.at}):
            if await records.put_if_absent("customers", customer):
                return identifiers
            await records.delete("leads", identifiers["id"])
