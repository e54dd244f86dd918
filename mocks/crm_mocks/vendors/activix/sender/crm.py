"""The CRM that sends: what it sends, how it proves who it is, and what a receiver is examined with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from crm_mocks.errors import UsageError
from crm_mocks.sender import Headers, Push, PushCase, Sender, SenderContext
from crm_mocks.vendors.activix.fixtures import LeadMaker
from crm_mocks.vendors.activix.sender import access, answers, bodies, leads, tokens
from crm_mocks.vendors.activix.sender.intruders import Intruders
from crm_mocks.vendors.activix.sender.leads import JSON_HEADERS, Completion
from crm_mocks.vendors.activix.sender.written import written
from crm_mocks.violations import Violation


class ActivixSender(Sender):
    """The CRM: makes leads, writes them as it does, and proves who it is in one of its three ways."""

    operation: ClassVar[str] = "createLead"
    credentials: ClassVar = access.KNOWN

    def __init__(self, circumstances: SenderContext) -> None:
        """See `crm_mocks.sender.ActivixSender`."""
        super().__init__(circumstances)
        settings = circumstances.settings
        accounts = settings.known_accounts
        if not accounts:
            raise UsageError("activix.known_accounts is empty: no lead can be of an account that the receiver knows")
        schemas = circumstances.document["components"]["schemas"]
        self._access = access.read(circumstances.credentials, settings.signature_key)
        self._completion = Completion(schemas)
        self._maker = LeadMaker(schemas, circumstances.seeded, accounts)

    def example(self) -> Any:
        """Return the lead of the push document, with every key."""
        operation = self.circumstances.contract.operations[self.operation]
        _, example = operation.body.examples["created"] if operation.body else ("", {})
        lead = leads.of_account(example, self.circumstances.settings.known_accounts[0])
        return self.completed(lead)

    def generated(self, number: int) -> Any:
        """Return a lead of a person of French or English Canada."""
        return self._maker.make(number, self.circumstances.now)

    def completed(self, record: Any) -> Any:
        """Return a lead with every key, blank ones null, and its time stamps in the form that the CRM writes."""
        if not isinstance(record, dict):
            raise UsageError("a lead is a JSON object")
        return self._completion.of_lead(record)

    def push(self, record: Any) -> Push:
        """Return the request with a lead."""
        key = record.get("id") if isinstance(record, dict) else None
        return Push(written(record), JSON_HEADERS, record="" if key is None else str(key))

    def token_request(self) -> Push | None:
        """Return the request for an access token if the user has named a token endpoint."""
        return tokens.request(self._access) if self._access.scheme == "oauth2" else None

    def authentication(self, body: bytes, token: str) -> Headers:
        """Return `Authorization`, or the signature in its place."""
        return access.headers(self._access, body, token)

    def hidden(self) -> Iterable[str]:
        """Return passwords, tokens and keys."""
        return [value for name, value in self._access.values.items() if name in access.SECRETS]

    def cases(self) -> Iterator[PushCase]:
        """Yield what a receiver meets: leads, odd but documented ones, ones to refuse, and strangers."""
        made = bodies.Bodies(self)
        yield from made.cases()
        yield from Intruders(self._access, made.plain).cases()
        yield from tokens.cases(self._access)

    def check(self, push: Push, status: int, body: bytes) -> Iterable[Violation]:
        """See `answers.check`."""
        return answers.check(self.circumstances.contract.operations[self.operation], push, status, body)


SENDER = ActivixSender
