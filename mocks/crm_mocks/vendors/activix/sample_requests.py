"""What the contract's schemas do not say of a request that the receiver accepts.

See `crm_contracts.providers.verify.sample_requests`.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Mapping
from typing import Any, Final

from crm_mocks.vendors.activix.settings import ActivixSettings

_CLIENT: Final = ("client_id", "client_secret")
_FIRST_ID: Final = 10_000_000


class ActivixSamples:
    """Gives each lead an account that is known, and each token request the client's credentials."""

    settings: Final[Mapping[str, Any]] = {}

    def __init__(
        self,
        send: Callable[..., Any],  # noqa: ARG002  # asks nothing
        credentials: Mapping[str, str],
        settings: ActivixSettings,
    ) -> None:
        self._credentials = credentials
        self._accounts = settings.known_accounts
        self._numbers = itertools.count(1)

    def headers(self, operation: str) -> dict[str, str]:
        """Return Basic credentials, which a token request has in its body instead."""
        if operation == "issueToken":
            return {}
        user = f"{self._credentials['username']}:{self._credentials['password']}"
        return {"Authorization": f"Basic {base64.b64encode(user.encode()).decode()}"}

    def body(self, operation: str, body: Any, media_type: str) -> Any:  # noqa: ARG002  # one media type each
        """Return a body that is accepted."""
        if operation == "issueToken":
            return {**body, **{name: self._credentials[name] for name in _CLIENT}}
        return self._lead(body)

    def _lead(self, lead: dict[str, Any]) -> dict[str, Any]:
        """Return a lead that names a known account, in the place or places where it names one.

        Every other has an id of its own: few ids are generated, and a known lead is replaced.
        """
        number = next(self._numbers)
        account = self._accounts[lead["id"] % len(self._accounts)]
        changed = {**lead, "id": _FIRST_ID + number} if number % 2 else dict(lead)
        if lead.get("account_id") is not None:
            changed["account_id"] = account
        if isinstance(lead.get("account"), dict) and "id" in lead["account"]:
            changed["account"] = {**lead["account"], "id": account}
        return changed

    def tagged(self, operation: str, body: dict[str, Any], tag: str) -> dict[str, Any]:
        """Return a lead with the tag as its comment."""
        return {**body, "comment": tag} if operation == "createLead" else body

    def is_refusal(self, status: int, body: Any) -> bool:  # noqa: ARG002  # as all such classes have it
        """Go by the status."""
        return status >= 400


SAMPLES = ActivixSamples
