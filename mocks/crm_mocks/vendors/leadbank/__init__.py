"""LeadBank (Datacar): leads are fetched in batches, confirmed, and acknowledged. An ASP.NET Web API 2 service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final

from jsonschema_rs import Draft4Validator

from crm_mocks.contract import Outcome
from crm_mocks.contract.schema import Schemas
from crm_mocks.mock_response import MockResponse
from crm_mocks.parsing.media_types import ContentType
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.state.records import RecordKind, Records, as_written
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Session
from crm_mocks.vendor import Vendor
from crm_mocks.vendors.leadbank import operations, reading
from crm_mocks.vendors.leadbank.cycle import ACKNOWLEDGEMENTS, LEADS, State
from crm_mocks.vendors.leadbank.errors import Unauthorized, answer_to_problem
from crm_mocks.vendors.leadbank.settings import LeadBankSettings

USER: Final = "leadbank"
PASSWORD: Final = "leadbank-secret"  # noqa: S105  # a demo credential, asked for only when setting `auth` is basic
FIRST_READY_LEAD: Final = 1001
RECEIVED_LEAD: Final = 1000


class LeadBankVendor(Vendor):
    """LeadBank."""

    operations = operations
    settings_type = LeadBankSettings
    kinds = (
        RecordKind(LEADS, "IDLeadBank", {"State": as_written}),
        RecordKind(ACKNOWLEDGEMENTS, "ID", {"IDLeadBank": as_written}),
    )

    charset = "utf-8"

    @cached_property
    def _paths(self) -> dict[str, str]:
        return {path.lower(): path for path in self.contract_file.document["paths"]}

    async def seed(self, session: Session, records: Records) -> None:
        """Put in the leads of position `leadbank-first-leads`: ready ones, and one that is received."""
        from crm_mocks.vendors.leadbank.fixtures import make_lead  # loads Faker, which takes its time

        settings = session.settings[self.name]
        assert isinstance(settings, LeadBankSettings)
        now = session.clock.now()
        await records.put(LEADS, make_lead(session.seeded, RECEIVED_LEAD, now, State.RECEIVED))
        for lead_id in range(FIRST_READY_LEAD, FIRST_READY_LEAD + settings.leads):
            await records.put(LEADS, make_lead(session.seeded, lead_id, now, State.READY))

    def record_fault(self, kind: str, record: Mapping[str, Any]) -> str:
        """Hold a lead to the contract, but for what it leaves out: that is made up."""
        error = next(self._lead_members.iter_errors(record), None) if kind == LEADS else None
        return f"has a wrong {'.'.join(map(str, error.instance_path))}: {error.message}" if error else ""

    @cached_property
    def _lead_members(self) -> Draft4Validator:
        document = self.contract_file.document
        lead = document["components"]["schemas"]["Lead"]
        return Schemas(self.name, document).compile({"properties": lead["properties"]})

    def canonical_path(self, path: str) -> str:
        """Return the path as the contract spells it: the framework ignores letter case and a slash at the end."""
        lower = path.lower()
        return self._paths.get(lower.removesuffix("/"), lower)

    def decode(self, context: RequestContext, kind: ContentType) -> Any:
        """Decode a body as the framework does: UTF-8 or UTF-16, members' names in any letter case."""
        return reading.decode_body(context, kind)

    def magic(self, context: RequestContext) -> Iterable[Any]:
        """Yield the integer of getLeads, and each IDLeadBank of the others."""
        return reading.magic_values(context.body)

    async def authenticate(self, context: RequestContext, scheme: Mapping[str, Any], scopes: list[str]) -> Any:
        """Check Basic credentials when setting `auth` asks for them; `admit` refuses whom this does not know."""
        if context.settings.auth == "none":
            return None
        identity = await super().authenticate(context, scheme, scopes)
        if identity is None:
            message = "Basic credentials are required, and must be right"
            context.violate(("security",), "credentials", message, basis="leadbank-authentication")
        return identity

    async def check_basic(self, context: RequestContext, user: str, password: str) -> Any:
        """Return the user whose credentials these are, or `None`."""
        return user if (user, password) == (USER, PASSWORD) else None

    async def admit(self, context: RequestContext) -> None:
        """Refuse a client without credentials, where they are asked for.

        The contract has credentials optional, so connexion lets such a client pass.
        """
        if context.settings.auth != "none" and context.identity is None:
            raise Unauthorized(context)

    def refuse(self, context: RequestContext, problem: RequestProblem) -> MockResponse:
        """Return the framework's own answer to a fault that the host found."""
        return answer_to_problem(context, problem)

    def fabricate(self, context: RequestContext, outcome: Outcome, seeded: SeededValues, ordinal: int) -> Any:
        """Return the example with generated leads, where it has leads."""
        example = outcome.value[outcome.media_type]
        if not example.get("Leads"):
            return example
        from crm_mocks.vendors.leadbank.fixtures import make_lead

        first = seeded.integer("dynamic lead", ordinal, 10_000, 900_000)
        count = seeded.integer("dynamic count", ordinal, 1, 4)
        leads = [make_lead(seeded, first + number, context.now(), State.IN_PROGRESS) for number in range(count)]
        return {**example, "Leads": leads}


VENDOR = LeadBankVendor
