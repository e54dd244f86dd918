"""Activix as it sends: whole leads, to the receiver of a dealer's partner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from crm_mocks.errors import UsageError
from crm_mocks.vendor.sender import Headers, Push, PushCase, Sender, SenderContext
from crm_mocks.vendors.activix.fixtures import LeadMaker
from crm_mocks.vendors.activix.sender import credentials, leads, responses, token_cases
from crm_mocks.vendors.activix.sender.body_cases import FILLED, BodyCases
from crm_mocks.vendors.activix.sender.credential_cases import CredentialCases
from crm_mocks.vendors.activix.sender.leads import JSON_HEADERS, LeadCompletion
from crm_mocks.vendors.activix.sender.serialization import php_json
from crm_mocks.violations import Violation


class ActivixSender(Sender):
    """Sends leads, authenticated by Basic, a bearer token or the signature."""

    operation: ClassVar[str] = "createLead"
    credentials: ClassVar[Mapping[str, str]] = credentials.KNOWN

    def __init__(self, context: SenderContext) -> None:
        super().__init__(context)
        settings = context.settings
        accounts = settings.known_accounts
        if not accounts:
            raise UsageError("activix.known_accounts is empty: no lead can have an account that the receiver knows")
        schemas = context.document["components"]["schemas"]
        self._credentials = credentials.parse_credentials(context.credentials, settings.signature_key)
        self._completion = LeadCompletion(schemas)
        self._maker = LeadMaker(schemas, context.seeded, accounts)

    def example(self) -> Any:
        """Return the lead of the push document, with every key."""
        operation = self.context.contract.operations[self.operation]
        _, example = operation.body.examples["created"] if operation.body else ("", {})
        lead = leads.with_account(example, self.context.settings.known_accounts[0])
        return self.completed(lead)

    def generated(self, number: int) -> Any:
        """Return a lead of a person of French or English Canada."""
        return self._maker.make(number, self.context.now)

    def completed(self, record: Any) -> Any:
        """Return a lead with every key, blank ones null, and time stamps in the CRM's format."""
        if not isinstance(record, dict):
            raise UsageError("a lead is a JSON object")
        return self._completion.of_lead(record)

    def push(self, record: Any) -> Push:
        """Return the request with a lead."""
        key = record.get("id") if isinstance(record, dict) else None
        return Push(php_json(record), JSON_HEADERS, record="" if key is None else str(key))

    def token_request(self) -> Push | None:
        """Return the request for an access token if the user gave a token endpoint."""
        return token_cases.request(self._credentials) if self._credentials.scheme == "oauth2" else None

    def authentication(self, body: bytes, token: str) -> Headers:
        """Return the header with Basic or a token, or the signature."""
        return credentials.credential_headers(self._credentials, body, token)

    def hidden(self) -> Iterable[str]:
        """Return passwords, tokens and keys."""
        return [value for name, value in self._credentials.values.items() if name in credentials.SECRETS]

    def candidates(self) -> Iterator[Any]:
        """Yield a lead with the members of the vendor's signature example, a blank one, and the documented ones."""
        account = self.context.settings.known_accounts[0]
        first_id = self.generated(1)["id"] - 1
        operation = self.context.contract.operations[self.operation]
        examples = operation.body.examples if operation.body else {}
        named = leads.with_account({"id": 0, "first_name": "John", "last_name": "Doe"}, account)
        stamps = {"created_at": "2018-04-09T18:05:00+00:00", "updated_at": "2018-04-09T18:07:00+00:00"}
        blank = self.completed({**named, **stamps, "emails": [], "phones": [], "vehicles": []})
        documented = (leads.with_account(examples[name][1], account) for name in ("created", FILLED))
        for number, lead in enumerate((named, blank, *map(self.completed, documented))):
            yield leads.with_id(lead, first_id - number)

    def cases(self, accepted: Any = None) -> Iterator[PushCase]:
        """Yield leads, unusual but documented ones, invalid ones, wrong credentials, and token requests."""
        bodies = BodyCases(self, accepted)
        yield from bodies.cases()
        yield from CredentialCases(self._credentials, bodies.plain).cases()
        yield from token_cases.cases(self._credentials)

    def url_token(self) -> str:
        """Return the token in the receiver's URL."""
        return self._credentials.values.get("url_token", "")

    def advice(self, status: int) -> str:
        """Return which credentials or accounts to pass."""
        if status in (401, 403):
            return "pass the credentials that the receiver expects with --credential"
        if status == 422:
            return "name an account that the receiver knows with --set activix.known_accounts=[ID]"
        return ""

    def check(self, push: Push, status: int, body: bytes) -> Iterable[Violation]:
        """Check the documented message of a refusal."""
        return responses.check(self.context.contract.operations[self.operation], push, status, body)
