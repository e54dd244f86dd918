"""Config API: the open API of a fitness-studio CRM, its lead operations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crm_mocks.answer import Answer
from crm_mocks.call import Call
from crm_mocks.contract import Outcome
from crm_mocks.errors import Refusal
from crm_mocks.problems import Problem
from crm_mocks.sessions.records import Kind, Records
from crm_mocks.sessions.seeded import Seeded
from crm_mocks.sessions.session import Session
from crm_mocks.vendor import Vendor
from crm_mocks.vendors.config_api import access, errors, fixtures, operations, rate_limit
from crm_mocks.vendors.config_api.settings import ConfigApiSettings


class Mock(Vendor):
    """The Config API."""

    operations = operations
    settings_type = ConfigApiSettings
    kinds = (
        Kind("leads", key="id"),
        Kind("customers", key="customerId", indexed={"email": str.casefold}),
        Kind("campaigns", key="externalIdentifier"),
        Kind("api_keys", key="key"),
        Kind("rate_limits", key="endpoint", tally=True),
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

    def magic(self, call: Call) -> Iterable[Any]:
        """Yield the customer's last name and e-mail address, and the API key."""
        yield call.headers.get(errors.KEY_HEADER)
        yield from _names(call.body)

    async def check_key(self, call: Call, key: str) -> Any:
        """See `access.check`."""
        return await access.check(call, key)

    async def admit(self, call: Call) -> None:
        """Spend one request of the rate limit; see `rate_limit.spend`."""
        await rate_limit.spend(call)

    async def answer_anyway(self, call: Call) -> Answer | None:
        """Answer HEAD on any path, which only checks the key (facts; position config-api-head)."""
        if call.method != "HEAD":
            return None
        try:
            await access.check(call, call.headers.get(errors.KEY_HEADER, ""))
        except Refusal as refusal:
            call.violations.extend(refusal.violations)
            return refusal.answer
        return Answer(200, "")

    def refuse(self, call: Call, problem: Problem) -> Answer:
        """See `errors.from_problem`."""
        return errors.from_problem(call, problem)

    def example(self, call: Call, outcome: Outcome, media_type: str) -> Any:
        """Return the example; an error is told in the language that the request asks for."""
        return errors.translated(call, super().example(call, outcome, media_type))

    def fabricate(self, call: Call, outcome: Outcome, seeded: Seeded, ordinal: int) -> Any:
        """See `fixtures.fabricate`; an error is told in the language that the request asks for."""
        body = super().fabricate(call, outcome, seeded, ordinal)
        return errors.translated(call, fixtures.fabricate(call.contract, body, outcome, seeded, ordinal))


def _names(body: Any) -> Iterator[Any]:
    customer = body.get("leadCustomer") if isinstance(body, dict) else None
    if isinstance(customer, dict):
        yield customer.get("email")
        yield customer.get("lastname")
