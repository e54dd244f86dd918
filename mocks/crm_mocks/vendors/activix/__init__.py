"""Activix: the receiver that an Activix CRM pushes leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_mocks.parsing.media_types import FORM
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
    member_values,
)
from crm_mocks.vendors.activix import credentials, operations
from crm_mocks.vendors.activix.settings import ActivixSettings
from crm_mocks.vendors.activix.violations import refuse_body


class ActivixVendor(Vendor):
    """The Activix receiver: leads by their id, access tokens, and three ways for the sender to authenticate."""

    operations = operations
    settings_type = ActivixSettings
    kinds = (RecordKind("leads", "id", has_own_seeds=True), RecordKind("tokens", "access_token"))
    credentials = credentials.DEMO
    magic_members = ("first_name", "last_name", "second_contact")
    wrong_credentials = "credentials_wrong"

    async def seed(self, session: Session, records: Records) -> None:
        """Store the generated leads that the setting `leads` asks for."""
        settings: Any = session.settings[self.name]
        if settings.leads and settings.known_accounts:
            from crm_mocks.vendors.activix.fixtures import LeadMaker

            schemas = self.contract_file.document["components"]["schemas"]
            maker = LeadMaker(schemas, session.seeded, settings.known_accounts)
            for number in range(1, settings.leads + 1):
                await records.put("leads", maker.make(number, session.clock.now()))

    def makes_people(self, settings: Any) -> bool:
        """Return whether sessions start with generated leads."""
        return bool(settings.leads and settings.known_accounts)

    def record_schemas(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the schema of tokens; leads are never read back and may hold anything."""
        return {"tokens": credentials.TOKEN_SCHEMA}

    def magic(self, context: RequestContext) -> Iterable[Any]:
        """Yield names and e-mail addresses of a lead, and the client id of a token request."""
        if context.operation is not None and context.operation.id == "issueToken":
            yield credentials.client_id(context)
        elif isinstance(context.body, dict):
            yield from super().magic(context)
            emails = context.body.get("emails")
            for email in emails if isinstance(emails, list) else ():
                yield from member_values(email, "address")

    def decode(self, context: RequestContext, kind: ContentType) -> Any:
        """Decode a body; a parameter of a token request without a value counts as omitted (RFC 6749, section 3.2)."""
        body = super().decode(context, kind)
        if kind.media_type == FORM and isinstance(body, dict):
            return {name: value for name, value in body.items() if value != ""}
        return body

    async def authenticate(self, context: RequestContext, scheme: Mapping[str, Any], scopes: list[str]) -> Any:
        """Check Basic credentials or a token, or the signature that the setting `signature_key` puts in their place.

        The token operation checks its clients itself. The contract has the header `Authentication` as a scheme of its
        own; here Basic and OAuth 2 read both headers.
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
        """Return the header with the credentials, under either of its names."""
        return credentials.authorization(context)

    async def check_bearer(self, context: RequestContext, token: str) -> Any:
        """Check an access token; see `credentials.check_token`."""
        return await credentials.check_token(context, token)

    async def adopt(self, context: RequestContext, records: Records, body: Any) -> None:
        """Make the access token of a forced response known."""
        if context.operation is not None and context.operation.id == "issueToken":
            await credentials.adopt_token(context, records, body)

    def refuse(self, context: RequestContext, problem: RequestProblem) -> MockResponse:
        """Refuse a body in Laravel's words; other problems by status (position `activix-protocol`)."""
        if problem in (RequestProblem.VIOLATIONS, RequestProblem.UNREADABLE_BODY):
            return refuse_body(context, problem)
        return super().refuse(context, problem)

    def fabricate(self, context: RequestContext, outcome: Outcome, seeded: SeededValues, ordinal: int) -> Any:
        """Return a body with a fresh access token; other responses hold nothing that varies."""
        example = super().fabricate(context, outcome, seeded, ordinal)
        if outcome.name == "token_issued":
            return {
                **example,
                "access_token": seeded.hex("token", ordinal),
                "expires_in": context.settings.token_seconds,
            }
        return example
