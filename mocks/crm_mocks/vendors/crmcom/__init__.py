"""CRM.COM, Web API v2: tokens, and creating a lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from crm_mocks.answer import Answer
from crm_mocks.call import Call
from crm_mocks.contract import Outcome
from crm_mocks.problems import Problem
from crm_mocks.sessions.records import Records
from crm_mocks.sessions.seeded import Seeded
from crm_mocks.sessions.session import Session
from crm_mocks.vendor import Vendor, parse_basic
from crm_mocks.vendors.crmcom import operations, tokens
from crm_mocks.vendors.crmcom.catalogue import catalogue_fault, put_catalogue
from crm_mocks.vendors.crmcom.errors import Refused, protocol_refusal, refusal
from crm_mocks.vendors.crmcom.faults import refuse_violations
from crm_mocks.vendors.crmcom.fixtures import generated
from crm_mocks.vendors.crmcom.kinds import KINDS
from crm_mocks.vendors.crmcom.settings import CrmComSettings

_OF_OPERATION: Final = {
    Problem.UNREADABLE_BODY: "malformed_json",
    Problem.UNAUTHENTICATED: "web_api_key_missing",
}
_OF_PROTOCOL: Final = {
    Problem.NO_SUCH_PATH: "path_unknown",
    Problem.METHOD_NOT_ALLOWED: "method_not_allowed",
    Problem.TIMEOUT: "request_timeout",
    Problem.BODY_TOO_LARGE: "body_too_large",
    Problem.UNSUPPORTED_MEDIA_TYPE: "media_type_unsupported",
    Problem.HEADERS_TOO_LARGE: "headers_too_large",
    Problem.CRASH: "internal_error",
}
_MAGIC_MEMBERS: Final = ("contact_email", "description", "username", "token")


class Mock(Vendor):
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

    def magic(self, call: Call) -> Iterable[Any]:
        """Yield where a magic word may stand: e-mail or description of a lead, user name, token, web API key."""
        if isinstance(call.body, dict):
            yield from (call.body.get(name) for name in _MAGIC_MEMBERS)
        kind, _, value = (self.authorization(call) or "").partition(" ")
        if kind.lower() == "basic":
            yield (parse_basic(value) or ("", ""))[0]

    async def admit(self, call: Call) -> None:
        """Check a token that the request brings before all else of the body."""
        operation = call.operation
        if operation is None or "token_unknown" not in operation.outcomes or not isinstance(call.body, dict):
            return
        if isinstance(call.body.get("token"), str):
            await tokens.live_token(call)

    async def check_basic(self, call: Call, user: str, password: str) -> Any:
        """Return the record of a web API key, which is the user name, with an empty password."""
        if not user:
            call.violate(("header", "authorization"), "credentials", "a web API key is required as the user name")
            raise Refused(call, "web_api_key_missing")
        record = await call.records.get("web_api_keys", user)
        if record is None:
            call.violate(("header", "authorization"), "credentials", "the web API key is unknown")
            raise Refused(call, "web_api_key_unknown")
        if password:
            call.violate(("header", "authorization"), "credentials", "the password must be empty")
            raise Refused(call, "web_api_key_with_password")
        return record

    def refuse(self, call: Call, problem: Problem) -> Answer:
        """Return CRM.COM's envelope for a fault that the host found."""
        if problem is Problem.VIOLATIONS:
            return refuse_violations(call)
        if problem in _OF_OPERATION:
            return refusal(call, _OF_OPERATION[problem])
        return protocol_refusal(call, _OF_PROTOCOL[problem], problem.value)

    def fabricate(self, call: Call, outcome: Outcome, seeded: Seeded, ordinal: int) -> Any:
        """Return a generated envelope: a fresh token or lead, or the refusal, in which nothing can vary."""
        return generated(call, outcome, seeded, ordinal)
