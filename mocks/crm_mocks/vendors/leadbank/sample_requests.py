"""Sample requests that LeadBank accepts; see `crm_mocks.vendor.sample_requests`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.vendor.sample_requests import SampleRequests, Send
from crm_mocks.vendors.leadbank.forms import array_of, form_of

_GET_LEADS: Final = "/api/leads"
_CONFIRM: Final = "/api/leads/ValidateGetLeads"
_SUCCESS: Final = 1
_EVENT_MEMBERS: Final = {"IDstatus": "statuses", "IDreason": "reasons"}
"""Names of reference data by the member of an event that they are for."""

_EVENT: Final = {"IDstatus": "2", "IDreason": "", "DateAction": "2024-10-15T09:30:00+02:00"}
"""Event of an acknowledgement without one: a form cannot state an empty list."""

_NO_LEADS: Final = "no lead is ready to be sent, so none can be confirmed or acknowledged"


class LeadBankSamples(SampleRequests):
    """Names leads in the state that an operation requires, and brings some into it."""

    mock_settings: ClassVar[Mapping[str, Any]] = {"leads": 500}
    reference_data: ClassVar[Mapping[str, str]] = {
        "statuses": "known values of IDstatus in acknowledgements, integers; null is not replaced",
        "reasons": "known values of IDreason in acknowledgements, integers; null is not replaced",
    }

    def __init__(self, send: Send, credentials: Mapping[str, str], settings: Any) -> None:
        super().__init__(send, credentials, settings)
        self._sent: list[int] = []
        self._received: list[int] = []

    def use(self, data: Mapping[str, Any]) -> None:
        """Use known values of events."""
        super().use(data)
        if not all(type(value) is int for values in data.values() for value in values):
            raise UsageError("--data: 'statuses' and 'reasons' must be integers")

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return Basic credentials if the setting `auth` requires them."""
        return self.basic() if self.settings.auth == "basic" and self.credentials else {}

    def body(self, operation: str, body: Any, media_type: str) -> Any:
        """Return a body that names leads in the state that the operation requires."""
        if operation == "validateGetLeads":
            return self._confirmation(body)
        if operation != "sendAcknos":
            return body
        if isinstance(body, Mapping):
            return form_of(
                [
                    {**each, "LeadEvents": each["LeadEvents"] or [_EVENT]}
                    for each in self._acknowledgements(array_of(body))
                ]
            )
        return self._acknowledgements(body)

    def _confirmation(self, body: list[int | str] | None) -> list[int | str] | None:
        """Return identifiers of sent leads; none at all only while there are leads to confirm."""
        in_progress = self._fetch()
        if not body and in_progress:
            return body
        if not self._sent:
            raise CrmMocksError(_NO_LEADS)
        return [_spelled_like(each, self._sent[place % len(self._sent)]) for place, each in enumerate(body or [0])]

    def _acknowledgements(self, body: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
        """Return acknowledgements of leads whose reception is confirmed, at least one."""
        if not self._received:
            self._received = self._fetch()
            if not self._received:
                raise CrmMocksError(_NO_LEADS)
            self.send("POST", _CONFIRM, json=self._received, headers=self.headers(""))
        entries = [self._known_events(entry) for entry in body or [{"IDLeadBank": 0, "LeadEvents": []}]]
        return [
            {
                **entry,
                "IDLeadBank": _spelled_like(entry.get("IDLeadBank", 0), self._received[place % len(self._received)]),
            }
            for place, entry in enumerate(entries)
        ]

    def _known_events(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return an acknowledgement whose events have known values."""
        events = [dict(event) for event in entry.get("LeadEvents") or ()]
        for member, name in _EVENT_MEMBERS.items():
            for place, event in enumerate(events):
                if self.data.get(name) and event.get(member) is not None:
                    event[member] = _spelled_like(event[member], self.data[name][place % len(self.data[name])])
        return {**entry, "LeadEvents": events}

    def _fetch(self) -> list[int]:
        """Fetch leads, remember that they were sent, and return the leads in progress."""
        response = self.send("POST", _GET_LEADS, json=1, headers=self.headers(""))
        try:
            leads = [lead["IDLeadBank"] for lead in response["Leads"]]
        except (KeyError, TypeError):
            raise CrmMocksError("getLeads returns no leads, so none can be confirmed or acknowledged") from None
        self._sent.extend(each for each in leads if each not in self._sent)
        return leads

    def is_refusal(self, status: int, body: Any) -> bool:
        """Go by the status, and by Status in the body of a success."""
        return status >= 400 or not isinstance(body, dict) or body.get("Status") != _SUCCESS


def _spelled_like(generated: int | str, lead: int) -> int | str:
    """Return a lead's identifier as an integer or as a string, as it was generated."""
    return str(lead) if isinstance(generated, str) else lead
