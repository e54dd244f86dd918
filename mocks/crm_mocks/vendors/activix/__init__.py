"""Activix: the receiver that an Activix CRM pushes leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_mocks.contract import Outcome
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.state.records import RecordKind, Records
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Session
from crm_mocks.vendor import Vendor
from crm_mocks.vendors.activix import credentials, operations
from crm_mocks.vendors.activix.errors import answer_to
from crm_mocks.vendors.activix.settings import ActivixSettings


class ActivixVendor(Vendor):
    """The Activix receiver: leads by their id, access tokens, and the three ways in which a sender authenticates."""

    operations = operations
    settings_type = ActivixSettings
    kinds = (RecordKind("leads", "id"), RecordKind("tokens", "access_token"))
    credentials = credentials.DEMO

    async def seed(self, session: Session, records: Records) -> None:
        """Put as many generated leads into the session as the setting says."""
        settings: Any = session.settings[self.name]
        if settings.leads and settings.known_accounts:
            from crm_mocks.vendors.activix.fixtures import LeadMaker

            schemas = self.contract_file.document["components"]["schemas"]
            maker = LeadMaker(schemas, session.seeded, settings.known_accounts)
            for number in range(1, settings.leads + 1):
                await records.put("leads", maker.make(number, session.clock.now()))

    def record_fault(self, kind: str, record: Mapping[str, Any]) -> str:
        """Hold a token to what is read of it; a lead is never answered with, and may hold anything."""
        return credentials.token_fault(record) if kind == "tokens" else ""

    def magic(self, context: RequestContext) -> Iterable[Any]:
        """Yield names and e-mail addresses of a lead, and the client's id of a token request."""
        if context.operation is not None and context.operation.id == "issueToken":
            yield credentials.client_id(context)
        elif isinstance(context.body, dict):
            yield from (context.body.get(name) for name in ("first_name", "last_name", "second_contact"))
            emails = context.body.get("emails")
            for email in emails if isinstance(emails, list) else ():
                yield email.get("address") if isinstance(email, dict) else None

    async def authenticate(self, context: RequestContext, scheme: Mapping[str, Any], scopes: list[str]) -> Any:
        """Check credentials: those of clients are the token operation's, and a signature takes the place of others.

        The header `Authentication` is a scheme of its own in the contract; here Basic and OAuth 2 read both headers.
        """
        if scheme["x-name"] == "authentication" or (
            context.operation is not None and context.operation.id == "issueToken"
        ):
            return None
        is_signature = scheme["x-name"] == "signature"
        if is_signature is not bool(context.settings.signature_key):
            return None
        if is_signature:
            return credentials.check_signature(context)
        return await super().authenticate(context, scheme, scopes)

    def authorization(self, context: RequestContext) -> str | None:
        """See `credentials.authorization`."""
        return credentials.authorization(context)

    async def check_basic(self, context: RequestContext, user: str, password: str) -> Any:
        """See `credentials.check_user`."""
        return credentials.check_user(context, user, password)

    async def check_bearer(self, context: RequestContext, token: str) -> Any:
        """See `credentials.check_token`."""
        return await credentials.check_token(context, token)

    def refuse(self, context: RequestContext, problem: RequestProblem) -> MockResponse:
        """See `errors.answer_to`."""
        return answer_to(context, problem)

    def fabricate(self, context: RequestContext, outcome: Outcome, seeded: SeededValues, ordinal: int) -> Any:
        """Return a body with a fresh access token, or the example, which is all that the other answers ever hold."""
        example = super().fabricate(context, outcome, seeded, ordinal)
        if outcome.name == "token_issued":
            return {
                **example,
                "access_token": seeded.hex("token", ordinal),
                "expires_in": context.settings.token_seconds,
            }
        return example


VENDOR = ActivixVendor
