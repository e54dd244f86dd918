"""Pulls leads from LeadBank: fetches, hands over, confirms, acknowledges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

TAKEN_OVER = 2
Lead = dict[str, Any]


class LeadBankError(Exception):
    """LeadBank does not do what it is asked for."""


class Unavailable(LeadBankError):
    """LeadBank does not answer as it should; to be called again later."""


class Puller:
    """Pulls leads.

    Args:
        base_url: of LeadBank.
        hand_over: takes a lead over; it is called once for each, whatever happens after.
    """

    def __init__(self, base_url: str, hand_over: Callable[[Lead], object]) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=10)
        self._hand_over = hand_over
        self._handed_over: set[int] = set()

    def pull(self, at_most: int = 10) -> int:
        """Pull a batch; return how many leads it had.

        Raises:
            LeadBankError: LeadBank refuses.
            Unavailable: LeadBank does not answer as it should; call again later.
        """
        leads = self._call("/api/leads", at_most)["Leads"]
        for lead in leads:
            if lead["IDLeadBank"] not in self._handed_over:  # a batch that is not confirmed comes again
                self._hand_over(lead)
                self._handed_over.add(lead["IDLeadBank"])
        if leads:
            ids = [lead["IDLeadBank"] for lead in leads]
            self.confirm(ids)
            self.acknowledge(ids)
        return len(leads)

    def confirm(self, ids: list[int]) -> None:
        """Tell LeadBank that leads have been received."""
        self._call("/api/leads/ValidateGetLeads", ids)

    def acknowledge(self, ids: list[int]) -> None:
        """Tell LeadBank what has become of leads."""
        self._call("/api/leads/SendAcknos", [self.acknowledgement(each, datetime.now(UTC)) for each in ids])

    def acknowledgement(self, lead_id: int, when: datetime) -> dict[str, Any]:
        """Return what LeadBank is told of a lead."""
        event = {"IDstatus": TAKEN_OVER, "IDreason": None, "DateAction": when.isoformat()}
        return {"IDLeadBank": lead_id, "LeadEvents": [event]}

    def _call(self, path: str, body: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._http.post(path, json=body).raise_for_status().json()
        except httpx.HTTPStatusError as error:
            raise (Unavailable if error.response.is_server_error else LeadBankError)(str(error)) from error
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable(str(error)) from error
        if answer["Status"] != 1:  # LeadBank says so with HTTP 200
            raise LeadBankError(answer["Message"])
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._http.close()
