"""Activix: the receiver that an Activix CRM pushes leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_mocks.answer import Answer
from crm_mocks.call import Call
from crm_mocks.contract import Outcome
from crm_mocks.problems import Problem
from crm_mocks.sessions.records import Kind, Records
from crm_mocks.sessions.seeded import Seeded
from crm_mocks.sessions.session import Session
from crm_mocks.vendor import Vendor
from crm_mocks.vendors.activix import credentials, operations
from crm_mocks.vendors.activix.errors import answer_to
from crm_mocks.vendors.activix.settings import ActivixSettings


class Mock(Vendor):
    """The Activix receiver: leads by their id, access tokens, and the three ways in which a sender authenticates."""

    operations = operations
    settings_type = ActivixSettings
    kinds = (Kind("leads", "id"), Kind("tokens", "access_token"))
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

    def magic(self, call: Call) -> Iterable[Any]:
        """Yield names and e-mail addresses of a lead, and the client's id of a token request."""
        if call.operation is not None and call.operation.id == "issueToken":
            yield credentials.client_id(call)
        elif isinstance(call.body, dict):
            yield from (call.body.get(name) for name in ("first_name", "last_name", "second_contact"))
            emails = call.body.get("emails")
            for email in emails if isinstance(emails, list) else ():
                yield email.get("address") if isinstance(email, dict) else None

    async def authenticate(self, call: Call, scheme: Mapping[str, Any], scopes: list[str]) -> Any:
        """Check credentials: those of clients are the token operation's, and a signature takes the place of others.

        The header `Authentication` is a scheme of its own in the contract; here Basic and OAuth 2 read both headers.
        """
        if scheme["x-name"] == "authentication" or (call.operation is not None and call.operation.id == "issueToken"):
            return None
        is_signature = scheme["x-name"] == "signature"
        if is_signature is not bool(call.settings.signature_key):
            return None
        if is_signature:
            return credentials.check_signature(call)
        return await super().authenticate(call, scheme, scopes)

    def authorization(self, call: Call) -> str | None:
        """See `credentials.authorization`."""
        return credentials.authorization(call)

    async def check_basic(self, call: Call, user: str, password: str) -> Any:
        """See `credentials.check_user`."""
        return credentials.check_user(call, user, password)

    async def check_bearer(self, call: Call, token: str) -> Any:
        """See `credentials.check_token`."""
        return await credentials.check_token(call, token)

    def refuse(self, call: Call, problem: Problem) -> Answer:
        """See `errors.answer_to`."""
        return answer_to(call, problem)

    def fabricate(self, call: Call, outcome: Outcome, seeded: Seeded, ordinal: int) -> Any:
        """Return a body with a fresh access token, or the example, which is all that the other answers ever hold."""
        example = super().fabricate(call, outcome, seeded, ordinal)
        if outcome.name == "token_issued":
            return {**example, "access_token": seeded.hex("token", ordinal), "expires_in": call.settings.token_seconds}
        return example
