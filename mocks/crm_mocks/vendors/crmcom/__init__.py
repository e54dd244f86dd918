"""CRM.COM, Web API v2: tokens, and creating a lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from crm_mocks.contract import Outcome
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.state.records import Records
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Session
from crm_mocks.vendor import Vendor, parse_basic
from crm_mocks.vendors.crmcom import operations, tokens
from crm_mocks.vendors.crmcom.catalogue import catalogue_fault, put_catalogue
from crm_mocks.vendors.crmcom.errors import CrmComRefusal, protocol_refusal, refusal
from crm_mocks.vendors.crmcom.faults import refuse_violations
from crm_mocks.vendors.crmcom.fixtures import generated
from crm_mocks.vendors.crmcom.kinds import KINDS
from crm_mocks.vendors.crmcom.settings import CrmComSettings

_OF_OPERATION: Final = {
    RequestProblem.UNREADABLE_BODY: "malformed_json",
    RequestProblem.UNAUTHENTICATED: "web_api_key_missing",
}
_OF_PROTOCOL: Final = {
    RequestProblem.NO_SUCH_PATH: "path_unknown",
    RequestProblem.METHOD_NOT_ALLOWED: "method_not_allowed",
    RequestProblem.TIMEOUT: "request_timeout",
    RequestProblem.BODY_TOO_LARGE: "body_too_large",
    RequestProblem.UNSUPPORTED_MEDIA_TYPE: "media_type_unsupported",
    RequestProblem.HEADERS_TOO_LARGE: "headers_too_large",
    RequestProblem.CRASH: "internal_error",
}
_MAGIC_MEMBERS: Final = ("contact_email", "description", "username", "token")


class CrmComVendor(Vendor):
    """CRM.COM."""

    operations = operations
    settings_type = CrmComSettings
    kinds = KINDS
    credentials = {  # noqa: RUF012  # read-only by its type in Vendor
        "username": "demo",
        "password": "demo",
        "organisation": "demo",
        "web API key": "demo-web-key",
    }

    async def seed(self, session: Session, records: Records) -> None:
        """Put the catalogue into a session."""
        await put_catalogue(records)

    def record_fault(self, kind: str, record: Mapping[str, Any]) -> str:
        """Hold a token to what is read of it, and other records to the types of those in the catalogue."""
        return catalogue_fault(kind, record) or (tokens.token_fault(record) if kind == "tokens" else "")

    def magic(self, context: RequestContext) -> Iterable[Any]:
        """Yield where a magic word may stand: e-mail or description of a lead, user name, token, web API key."""
        if isinstance(context.body, dict):
            yield from (context.body.get(name) for name in _MAGIC_MEMBERS)
        kind, _, value = (self.authorization(context) or "").partition(" ")
        if kind.lower() == "basic":
            yield (parse_basic(value) or ("", ""))[0]

    async def admit(self, context: RequestContext) -> None:
        """Check a token that the request brings before all else of the body."""
        operation = context.operation
        if operation is None or "token_unknown" not in operation.outcomes or not isinstance(context.body, dict):
            return
        if isinstance(context.body.get("token"), str):
            await tokens.live_token(context)

    async def check_basic(self, context: RequestContext, user: str, password: str) -> Any:
        """Return the record of a web API key, which is the user name, with an empty password."""
        if not user:
            context.violate(("header", "authorization"), "credentials", "a web API key is required as the user name")
            raise CrmComRefusal(context, "web_api_key_missing")
        record = await context.records.get("web_api_keys", user)
        if record is None:
            context.violate(("header", "authorization"), "credentials", "the web API key is unknown")
            raise CrmComRefusal(context, "web_api_key_unknown")
        if password:
            context.violate(("header", "authorization"), "credentials", "the password must be empty")
            raise CrmComRefusal(context, "web_api_key_with_password")
        return record

    def refuse(self, context: RequestContext, problem: RequestProblem) -> MockResponse:
        """Return CRM.COM's envelope for a fault that the host found."""
        if problem is RequestProblem.VIOLATIONS:
            return refuse_violations(context)
        if problem in _OF_OPERATION:
            return refusal(context, _OF_OPERATION[problem])
        return protocol_refusal(context, _OF_PROTOCOL[problem], problem.value)

    def fabricate(self, context: RequestContext, outcome: Outcome, seeded: SeededValues, ordinal: int) -> Any:
        """Return a generated envelope: a fresh token or lead, or the refusal, in which nothing can vary."""
        return generated(context, outcome, seeded, ordinal)


VENDOR = CrmComVendor
