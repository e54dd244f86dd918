"""What the contract's schemas do not say of a request that LeadBank carries out.

See `crm_contracts.providers.verify.sample_requests`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any, Final

from crm_mocks.errors import CrmMocksError
from crm_mocks.vendors.leadbank.settings import LeadBankSettings

_GET_LEADS: Final = "/api/leads"
_CONFIRM: Final = "/api/leads/ValidateGetLeads"
_SUCCESS: Final = 1
_NO_LEADS: Final = "there is no lead ready to be sent, so none can be confirmed or acknowledged"


class LeadBankSamples:
    """Names leads that are in the state which an operation wants, and sees to it that there are some."""

    settings: Final[Mapping[str, Any]] = {"leads": 500}

    def __init__(self, send: Callable[..., Any], credentials: Mapping[str, str], settings: LeadBankSettings) -> None:
        self._send = send
        self._credentials = credentials if settings.auth == "basic" else {}
        self._sent: list[int] = []
        self._received: list[int] = []

    def headers(self, operation: str) -> dict[str, str]:  # noqa: ARG002  # all operations ask for the same
        """Return Basic credentials if LeadBank is set to ask for them."""
        if not self._credentials:
            return {}
        user = f"{self._credentials['username']}:{self._credentials['password']}"
        return {"Authorization": f"Basic {base64.b64encode(user.encode()).decode()}"}

    def body(self, operation: str, body: Any, media_type: str) -> Any:  # noqa: ARG002  # all media types hold the same
        """Return a body that names leads as the operation wants them."""
        if operation == "validateGetLeads":
            return self._confirmation(body)
        return self._acknowledgements(body) if operation == "sendAcknos" else body

    def _confirmation(self, body: list[int | str] | None) -> list[int | str] | None:
        """Return identifiers of leads that were sent; none at all only while there are leads to be confirmed."""
        in_progress = self._fetch()
        if not body and in_progress:
            return body
        if not self._sent:
            raise CrmMocksError(_NO_LEADS)
        return [_spelled_like(each, self._sent[place % len(self._sent)]) for place, each in enumerate(body or [0])]

    def _acknowledgements(self, body: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
        """Return acknowledgements of leads whose reception is confirmed, one at least."""
        if not self._received:
            self._received = self._fetch()
            if not self._received:
                raise CrmMocksError(_NO_LEADS)
            self._send("POST", _CONFIRM, json=self._received, headers=self.headers(""))
        entries = body or [{"IDLeadBank": 0, "LeadEvents": []}]
        return [
            {**entry, "IDLeadBank": _spelled_like(entry["IDLeadBank"], self._received[place % len(self._received)])}
            for place, entry in enumerate(entries)
        ]

    def _fetch(self) -> list[int]:
        """Return the leads in progress, after having asked for some, and note that they were sent."""
        answer = self._send("POST", _GET_LEADS, json=1, headers=self.headers(""))
        try:
            leads = [lead["IDLeadBank"] for lead in answer["Leads"]]
        except (KeyError, TypeError):
            raise CrmMocksError("getLeads gives no leads, so none can be confirmed or acknowledged") from None
        self._sent.extend(each for each in leads if each not in self._sent)
        return leads

    def tagged(self, operation: str, body: Any, tag: str) -> Any:  # noqa: ARG002  # as all such classes have it
        """Return the body as it is: nothing is created in LeadBank."""
        return body

    def is_refusal(self, status: int, body: Any) -> bool:
        """Go by the status, and by Status in the body of a success."""
        return status >= 400 or not isinstance(body, dict) or body.get("Status") != _SUCCESS


def _spelled_like(generated: int | str, lead: int) -> int | str:
    """Return a lead's identifier as a number or as a text, whichever was generated."""
    return str(lead) if isinstance(generated, str) else lead


SAMPLES = LeadBankSamples
