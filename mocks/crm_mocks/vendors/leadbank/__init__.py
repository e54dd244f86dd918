"""LeadBank (Datacar): leads are fetched in batches, confirmed, and acknowledged. An ASP.NET Web API 2 service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from crm_mocks.vendor import (
    ContentType,
    MockResponse,
    Outcome,
    RecordKind,
    Records,
    RequestContext,
    RequestProblem,
    SeededValues,
    Session,
    Vendor,
    as_written,
)
from crm_mocks.vendors.leadbank import credentials, decoding, errors, operations
from crm_mocks.vendors.leadbank.adoption import adopt_confirmation, adopt_sent_leads
from crm_mocks.vendors.leadbank.lead_states import ACKNOWLEDGEMENTS, LEADS, LeadState
from crm_mocks.vendors.leadbank.responses import negotiated
from crm_mocks.vendors.leadbank.settings import LeadBankSettings
from crm_mocks.vendors.leadbank.violations import refuse_violations

FIRST_READY_LEAD = 1001
RECEIVED_LEAD = 1000

_SUCCESS = 1
"""Status of a success."""


class LeadBankVendor(Vendor):
    """LeadBank."""

    operations = operations
    settings_type = LeadBankSettings
    kinds = (
        RecordKind(LEADS, "IDLeadBank", {"State": as_written}, has_own_seeds=True),
        RecordKind(ACKNOWLEDGEMENTS, "ID", {"IDLeadBank": as_written}),
    )
    charset = "utf-8"
    problem_outcomes = {RequestProblem.UNREADABLE_BODY: "unreadable_body"}

    @cached_property
    def _paths(self) -> dict[str, str]:
        return {path.lower(): path for path in self.contract_file.paths}

    async def seed(self, session: Session, records: Records) -> None:
        """Store the leads of position `leadbank-first-leads`: ready ones, and a received one."""
        from crm_mocks.vendors.leadbank.fixtures import make_lead

        settings = session.settings[self.name]
        assert isinstance(settings, LeadBankSettings)
        now = session.clock.now()
        await records.put(LEADS, make_lead(session.seeded, RECEIVED_LEAD, now, LeadState.RECEIVED))
        for lead_id in range(FIRST_READY_LEAD, FIRST_READY_LEAD + settings.leads):
            await records.put(LEADS, make_lead(session.seeded, lead_id, now, LeadState.READY))

    def makes_people(self, settings: Any) -> bool:
        """Return true: each session starts with leads."""
        return True

    def record_schemas(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the contract's schema of leads without its required members: missing ones are generated."""
        lead = self.contract_file.document["components"]["schemas"]["Lead"]
        return {LEADS: {"properties": lead["properties"]}}

    def canonical_path(self, path: str) -> str:
        """Return a path in the contract's spelling: the framework ignores letter case and a trailing slash."""
        lower = path.lower()
        return self._paths.get(lower.removesuffix("/"), lower)

    def decode(self, context: RequestContext, kind: ContentType) -> Any:
        """Decode a body as the framework does: UTF-8 or UTF-16, names of members in any letter case."""
        return decoding.decode_body(context, kind)

    def magic(self, context: RequestContext) -> Iterable[Any]:
        """Yield the integer of getLeads, or each IDLeadBank of the other operations."""
        return decoding.magic_values(context.body)

    async def authenticate(self, context: RequestContext, scheme: Mapping[str, Any], scopes: list[str]) -> Any:
        """Check Basic credentials if the setting `auth` requires them; `admit` refuses the request without identity."""
        if context.settings.auth == "none":
            return None
        identity = await super().authenticate(context, scheme, scopes)
        if identity is None:
            message = "Basic credentials are required, and must be right"
            context.violate(("security",), "credentials", message, basis="leadbank-authentication")
        return identity

    async def check_basic(self, context: RequestContext, user: str, password: str) -> Any:
        """Return the user whose credentials these are, or `None`."""
        return credentials.checked_user(user, password)

    async def admit(self, context: RequestContext) -> None:
        """Refuse a request without identity if the setting `auth` requires credentials.

        They are optional in the contract, so connexion admits such a request.
        """
        if context.settings.auth != "none" and context.identity is None:
            raise errors.Unauthorized(context)

    async def adopt(self, context: RequestContext, records: Records, body: Any) -> None:
        """Make the leads of a forced response known as sent, and those whose reception it confirms as received."""
        if context.operation is None or not isinstance(body, dict):
            return
        if context.operation.id == "getLeads":
            await self.record_checks.get()
            await adopt_sent_leads(records, body.get("Leads"), lambda lead: not self.record_fault(LEADS, lead))
        elif context.operation.id == "validateGetLeads" and body.get("Status") == _SUCCESS:
            await adopt_confirmation(records, context.body)

    def media_type(self, context: RequestContext, outcome: Outcome) -> str:
        """Return the media type by content negotiation."""
        return negotiated(context.headers.get("accept", ""), context.media_type, outcome.value)

    def refuse(self, context: RequestContext, problem: RequestProblem) -> MockResponse:
        """Return the framework's own response to a problem."""
        if problem is RequestProblem.VIOLATIONS:
            return refuse_violations(context)
        return errors.quoting_response(context, problem) or super().refuse(context, problem)

    def fabricate(self, context: RequestContext, outcome: Outcome, seeded: SeededValues, ordinal: int) -> Any:
        """Return the example; if it has leads, generated ones replace them."""
        example = outcome.value[outcome.media_type]
        if not example.get("Leads"):
            return example
        from crm_mocks.vendors.leadbank.fixtures import make_lead

        first = seeded.integer("dynamic lead", ordinal, 10_000, 900_000)
        count = seeded.integer("dynamic count", ordinal, 1, 4)
        leads = [make_lead(seeded, first + number, context.now(), LeadState.IN_PROGRESS) for number in range(count)]
        return {**example, "Leads": leads}
