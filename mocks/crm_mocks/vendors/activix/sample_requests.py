"""Sample requests that the Activix receiver accepts; see `crm_mocks.vendor.sample_requests`."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from crm_mocks.errors import UsageError
from crm_mocks.vendor.sample_requests import SampleRequests, Send

_CLIENT: Final = ("client_id", "client_secret")
_FIRST_ID: Final = 10_000_000


class ActivixSamples(SampleRequests):
    """Gives each lead a known account, and each token request the client's credentials."""

    reference_data: ClassVar[Mapping[str, str]] = {"accounts": "ids of known accounts, such as 44"}

    def __init__(self, send: Send, credentials: Mapping[str, str], settings: Any) -> None:
        super().__init__(send, credentials, settings)
        self._accounts = settings.known_accounts
        self._numbers = itertools.count(1)

    def use(self, data: Mapping[str, Any]) -> None:
        """Use known accounts."""
        super().use(data)
        self._accounts = data.get("accounts") or self._accounts
        if not all(type(account) is int for account in self._accounts):
            raise UsageError("--data: 'accounts' must be integers")

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return Basic credentials, which a token request has in its body instead."""
        return {} if operation == "issueToken" else self.basic()

    def body(self, operation: str, body: Any, media_type: str) -> Any:
        """Return a body that is accepted."""
        if operation == "issueToken":
            return {**body, **{name: self.credentials[name] for name in _CLIENT}}
        return self._lead(body)

    def _lead(self, lead: dict[str, Any]) -> dict[str, Any]:
        """Return a lead of a known account, in the place or places where it names one.

        Every other lead gets a fresh id: generators repeat ids, and a known lead is replaced.
        """
        number = next(self._numbers)
        account = self._accounts[lead["id"] % len(self._accounts)]
        changed = {**lead, "id": _FIRST_ID + number} if number % 2 else dict(lead)
        if lead.get("account_id") is not None:
            changed["account_id"] = account
        if isinstance(lead.get("account"), dict) and "id" in lead["account"]:
            changed["account"] = {**lead["account"], "id": account}
        return changed

    def tagged(self, operation: str, body: Any, tag: str) -> Any:
        """Return a lead with the tag as its comment."""
        return {**body, "comment": tag} if operation == "createLead" else body
