"""Activix as it sends: whole leads, to the receiver of a dealer's partner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any, ClassVar, Final

from crm_mocks.errors import UsageError
from crm_mocks.vendor.sender import Headers, Push, PushCase, Sender, SenderContext
from crm_mocks.vendors.activix.fixtures import LeadMaker
from crm_mocks.vendors.activix.sender import credentials, leads, responses, token_cases
from crm_mocks.vendors.activix.sender.body_cases import FILLED, BodyCases
from crm_mocks.vendors.activix.sender.credential_cases import CredentialCases
from crm_mocks.vendors.activix.sender.leads import JSON_HEADERS, LeadCompletion
from crm_mocks.vendors.activix.sender.serialization import php_json
from crm_mocks.violations import Violation

_MAX_ACCOUNTS: Final = 3
"""Known accounts that an examination tries before it starts."""


class ActivixSender(Sender):
    """Sends leads, authenticated by Basic, a bearer token or the signature."""

    operation = "createLead"
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
        return self.completed(leads.with_account(self._example("created"), self._accounts()[0]))

    def generated(self, number: int) -> Any:
        """Return a lead of a person of French or English Canada."""
        return self._maker.make(number, self.context.now)

    def completed(self, record: Any) -> Any:
        """Return a lead with every key, blank ones null, and time stamps in the CRM's format."""
        if not isinstance(record, dict):
            raise UsageError("a lead is a JSON object")
        return self._completion.of_lead(record)

    def _example(self, name: str) -> Any:
        """Return an example of the contract; `created` is the body of the push document."""
        body = self.context.contract.operations[self.operation].body
        return body.examples[name][1] if body else {}

    def _accounts(self) -> list[int]:
        """Return the known accounts, that of the push document first: a receiver may know no other."""
        documented = self._example("created")["account"]["id"]
        return sorted(self.context.settings.known_accounts, key=lambda account: account != documented)

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
        first_id = self.generated(1)["id"] - 1
        named = {"id": 0, "first_name": "John", "last_name": "Doe"}
        documented = self._example("created")
        stamps = {name: documented[name] for name in ("created_at", "updated_at")}
        blank = leads.with_account({**named, **stamps, "emails": [], "phones": [], "vehicles": []}, 0)
        kinds = (named, *map(self.completed, (blank, documented, self._example(FILLED))))
        accounts = self._accounts()[:_MAX_ACCOUNTS]
        for number, (lead, account) in enumerate(product(kinds, accounts)):
            yield leads.with_id(leads.with_account(lead, account), first_id - number)

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
