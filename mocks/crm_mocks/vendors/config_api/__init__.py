"""Config API: the open API of a fitness-studio CRM, its lead operations."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from typing import Any

from crm_mocks.vendor import (
    MockResponse,
    Outcome,
    RecordKind,
    Records,
    Refusal,
    RequestContext,
    RequestProblem,
    SeededValues,
    Session,
    Vendor,
)
from crm_mocks.vendors.config_api import credentials, errors, fixtures, operations, rate_limit
from crm_mocks.vendors.config_api.lead_config import adopt_lead_config
from crm_mocks.vendors.config_api.settings import ConfigApiSettings
from crm_mocks.vendors.config_api.violations import refuse_violations


class ConfigApiVendor(Vendor):
    """The Config API."""

    operations = operations
    settings_type = ConfigApiSettings
    kinds = (
        RecordKind("leads", key="id"),
        RecordKind("customers", key="customerId", indexed={"email": str.casefold}),
        RecordKind("campaigns", key="externalIdentifier"),
        RecordKind("api_keys", key="key"),
        RecordKind("rate_limits", key="endpoint", counts_requests=True),
    )
    credentials = credentials.DEMO
    problem_outcomes = {RequestProblem.UNREADABLE_BODY: "body_unreadable"}

    def starting_records(self) -> Mapping[str, Iterable[Mapping[str, Any]]]:
        """Return the demo keys, the campaigns and a customer."""
        return fixtures.CATALOGUE

    async def seed(self, session: Session, records: Records) -> None:
        """Store the catalogue and the generated customers that the setting `customers` asks for."""
        await super().seed(session, records)
        settings: Any = session.settings[self.name]
        for ordinal in range(1, settings.customers + 1):
            await records.put("customers", fixtures.customer(session.seeded, ordinal))

    def makes_people(self, settings: Any) -> bool:
        """Return whether sessions start with generated customers."""
        return bool(settings.customers)

    def record_schemas(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the schema of API keys."""
        return {"api_keys": credentials.KEY_SCHEMA}

    def magic(self, context: RequestContext) -> Iterable[Any]:
        """Return the API key, and the customer's e-mail address and last name."""
        customer = context.body.get("leadCustomer") if isinstance(context.body, dict) else None
        key = context.headers.get(errors.KEY_HEADER)
        return (key, customer.get("email"), customer.get("lastname")) if isinstance(customer, dict) else (key,)

    def check_key(self, context: RequestContext, key: str) -> Coroutine[Any, Any, Any]:
        """Check the API key and its scopes."""
        return credentials.check(context, key)

    def admit(self, context: RequestContext) -> Coroutine[Any, Any, None]:
        """Count the request against the rate limit."""
        return rate_limit.spend(context)

    async def respond_without_operation(self, context: RequestContext) -> MockResponse | None:
        """Respond to HEAD on any path, which only checks the key (facts; position config-api-head)."""
        if context.method != "HEAD":
            return None
        try:
            await credentials.check(context, context.headers.get(errors.KEY_HEADER, ""))
        except Refusal as refusal:
            context.violations.extend(refusal.violations)
            return refusal.response
        return MockResponse(200, "")

    async def adopt(self, context: RequestContext, records: Records, body: Any) -> None:
        """Make the lead config of a forced response known, beside the one in force."""
        if context.operation is not None and context.operation.id == "getLeadConfig":
            adopt_lead_config(context, body)

    def refuse(self, context: RequestContext, problem: RequestProblem) -> MockResponse:
        """Return the error body for a problem (position config-api-protocol-errors)."""
        if problem is RequestProblem.VIOLATIONS:
            return refuse_violations(context)
        name = self.problem_outcome(context, problem)
        return errors.error_response(context, errors.RefusalCause(name, *errors.about_problem(context, problem)))

    def example(self, context: RequestContext, outcome: Outcome, media_type: str) -> Any:
        """Return the example; an error has its message in the language that the request asks for."""
        return errors.translated(context, super().example(context, outcome, media_type))

    def fabricate(self, context: RequestContext, outcome: Outcome, seeded: SeededValues, ordinal: int) -> Any:
        """Return a generated body; an error has its message in the language that the request asks for."""
        body = super().fabricate(context, outcome, seeded, ordinal)
        return errors.translated(context, fixtures.fabricate(context.contract, body, outcome, seeded, ordinal))
