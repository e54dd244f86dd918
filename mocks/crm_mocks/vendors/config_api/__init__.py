"""Config API: the open API of a fitness-studio CRM, its lead operations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crm_mocks.contract import Outcome
from crm_mocks.errors import Refusal
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.state.records import RecordKind, Records
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Session
from crm_mocks.vendor import Vendor
from crm_mocks.vendors.config_api import access, errors, fixtures, operations, rate_limit
from crm_mocks.vendors.config_api.settings import ConfigApiSettings


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
    credentials = fixtures.credentials()

    async def seed(self, session: Session, records: Records) -> None:
        """Put in the demo keys, the campaigns and the customers who are known from the start."""
        for kind, starting in fixtures.CATALOGUE.items():
            for record in starting:
                await records.put(kind, record)
        settings: Any = session.settings[self.name]
        for ordinal in range(1, settings.customers + 1):
            await records.put("customers", fixtures.customer(session.seeded, ordinal))

    def record_fault(self, kind: str, record: Mapping[str, Any]) -> str:
        """Hold an API key to what is read of it."""
        return access.key_fault(record) if kind == "api_keys" else ""

    def magic(self, context: RequestContext) -> Iterable[Any]:
        """Yield the customer's last name and e-mail address, and the API key."""
        yield context.headers.get(errors.KEY_HEADER)
        yield from _names(context.body)

    async def check_key(self, context: RequestContext, key: str) -> Any:
        """See `access.check`."""
        return await access.check(context, key)

    async def admit(self, context: RequestContext) -> None:
        """Spend one request of the rate limit; see `rate_limit.spend`."""
        await rate_limit.spend(context)

    async def respond_without_operation(self, context: RequestContext) -> MockResponse | None:
        """Answer HEAD on any path, which only checks the key (facts; position config-api-head)."""
        if context.method != "HEAD":
            return None
        try:
            await access.check(context, context.headers.get(errors.KEY_HEADER, ""))
        except Refusal as refusal:
            context.violations.extend(refusal.violations)
            return refusal.response
        return MockResponse(200, "")

    def refuse(self, context: RequestContext, problem: RequestProblem) -> MockResponse:
        """See `errors.from_problem`."""
        return errors.from_problem(context, problem)

    def example(self, context: RequestContext, outcome: Outcome, media_type: str) -> Any:
        """Return the example; an error is told in the language that the request asks for."""
        return errors.translated(context, super().example(context, outcome, media_type))

    def fabricate(self, context: RequestContext, outcome: Outcome, seeded: SeededValues, ordinal: int) -> Any:
        """See `fixtures.fabricate`; an error is told in the language that the request asks for."""
        body = super().fabricate(context, outcome, seeded, ordinal)
        return errors.translated(context, fixtures.fabricate(context.contract, body, outcome, seeded, ordinal))


def _names(body: Any) -> Iterator[Any]:
    customer = body.get("leadCustomer") if isinstance(body, dict) else None
    if isinstance(customer, dict):
        yield customer.get("email")
        yield customer.get("lastname")


VENDOR = ConfigApiVendor
