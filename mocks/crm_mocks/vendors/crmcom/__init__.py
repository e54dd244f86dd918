"""CRM.COM, Web API v2: tokens, and creating a lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_mocks.vendor import (
    MockResponse,
    Outcome,
    Records,
    RequestContext,
    RequestProblem,
    SeededValues,
    Vendor,
    parse_basic,
)
from crm_mocks.vendors.crmcom import catalogue, credentials, operations
from crm_mocks.vendors.crmcom.fixtures import generated, of_all_fields
from crm_mocks.vendors.crmcom.kinds import KINDS
from crm_mocks.vendors.crmcom.settings import CrmComSettings
from crm_mocks.vendors.crmcom.violations import refuse_violations


class CrmComVendor(Vendor):
    """CRM.COM."""

    operations = operations
    settings_type = CrmComSettings
    kinds = KINDS
    credentials = credentials.DEMO
    magic_members = ("contact_email", "description", "username", "token")
    problem_outcomes = {
        RequestProblem.UNREADABLE_BODY: "malformed_json",
        RequestProblem.UNAUTHENTICATED: "web_api_key_missing",
    }

    def starting_records(self) -> Mapping[str, Iterable[Mapping[str, Any]]]:
        """Return the catalogue."""
        return catalogue.catalogue()

    def record_schemas(self) -> Mapping[str, Mapping[str, Any]]:
        """Return schemas that ask for the types of the catalogue's records."""
        return catalogue.record_schemas()

    def magic(self, context: RequestContext) -> Iterable[Any]:
        """Yield e-mail address or description of a lead, user name, token, and web API key."""
        yield from super().magic(context)
        kind, _, value = (self.authorization(context) or "").partition(" ")
        if kind.lower() == "basic":
            yield (self.parse_basic(value) or ("", ""))[0]

    async def admit(self, context: RequestContext) -> None:
        """Check the token before the rest of the body; the request is a use of it, even if it is refused then."""
        operation = context.operation
        if operation is None or "token_unknown" not in operation.outcomes or not isinstance(context.body, dict):
            return
        if isinstance(context.body.get("token"), str):
            await credentials.use(context, await credentials.live_token(context))

    def parse_basic(self, value: str) -> tuple[str, str] | None:
        """Return a web API key and its password, without a colon too (position crmcom-web-api-key)."""
        return parse_basic(value, colon_optional=True)

    async def check_basic(self, context: RequestContext, user: str, password: str) -> Any:
        """Return the record of a web API key, which is the user name."""
        return await credentials.check_web_api_key(context, user, password)

    async def adopt(self, context: RequestContext, records: Records, body: Any) -> None:
        """Make the token or the contact of a forced response known."""
        data = body.get("data") if isinstance(body, dict) else None
        if context.operation is None or not isinstance(data, dict):
            return
        if context.operation.id == "createLead":
            await self._adopt_contact(records, data.get("contact_information"))
        elif isinstance(data.get("token"), str):
            await credentials.adopt_token(context, records, data["token"])

    async def _adopt_contact(self, records: Records, contact: Any) -> None:
        """Make a contact known, which later leads may name as an existing one."""
        if not isinstance(contact, dict) or not isinstance(contact.get("id"), str):
            return
        known = {"demographics": {}} | {name: value for name, value in contact.items() if value is not None}
        await self.record_checks.get()
        if not self.record_fault("contacts", known):
            await records.adopt("contacts", catalogue.findable(known))

    def refuse(self, context: RequestContext, problem: RequestProblem) -> MockResponse:
        """Return CRM.COM's envelope for a problem."""
        return refuse_violations(context) if problem is RequestProblem.VIOLATIONS else super().refuse(context, problem)

    def example(self, context: RequestContext, outcome: Outcome, media_type: str) -> Any:
        """Return the documented body, with all members of a lead unless the request has `fields_set`."""
        return of_all_fields(context, outcome, super().example(context, outcome, media_type))

    def fabricate(self, context: RequestContext, outcome: Outcome, seeded: SeededValues, ordinal: int) -> Any:
        """Return an envelope with a fresh token or a generated lead; refusals hold nothing that varies."""
        return generated(context, outcome, seeded, ordinal)
