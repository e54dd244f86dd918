"""Pulls leads from LeadBank: fetches, hands over, confirms, acknowledges."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

TAKEN_OVER = 2
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
MOST_BYTES = 10_000_000  # of a body: a batch of ten leads has some ten thousand
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
        http: has the connections; without it, the puller has its own.
        time_limit: seconds that LeadBank may take to answer a request.
    """

    def __init__(
        self,
        base_url: str,
        hand_over: Callable[[Lead], object],
        *,
        http: httpx.Client | None = None,
        time_limit: float = 10,
    ) -> None:
        self._base_url = base_url
        self._http = http or httpx.Client()
        self._time_limit = time_limit
        self._hand_over = hand_over
        self._handed_over: set[int] = set()

    def pull(self, at_most: int = 10) -> int:
        """Pull a batch, each dealer's leads one after another, the oldest first; return how many leads it had.

        Raises:
            LeadBankError: LeadBank refuses.
            Unavailable: LeadBank does not answer as it should; call again later.
        """
        leads = sorted(self.leads_in(self.call("/api/leads", at_most)), key=self.turn)
        for lead in leads:
            if lead["IDLeadBank"] not in self._handed_over:  # a batch that is not confirmed comes again
                self._hand_over(lead)
                self._handed_over.add(lead["IDLeadBank"])
        if leads:
            ids = [lead["IDLeadBank"] for lead in leads]
            self.confirm(ids)
            self.acknowledge(ids)
        return len(leads)

    def leads_in(self, answer: Mapping[str, Any]) -> list[Lead]:
        """Return the leads of a batch: each has an id at least, or could not be confirmed."""
        leads = answer.get("Leads")
        if not isinstance(leads, list) or not all(isinstance(lead, dict) for lead in leads):
            raise Unavailable("the answer has no leads")
        if not all(type(lead.get("IDLeadBank")) is int for lead in leads):
            raise Unavailable("a lead has no id")
        return leads

    def turn(self, lead: Lead) -> tuple[str, datetime]:
        """Return what says when it is a lead's turn: its dealer, which may be unknown, and its age."""
        return str(lead.get("BandDealerID") or ""), self.created(lead)

    def created(self, lead: Lead) -> datetime:
        """Return when a lead was created; that its date cannot be read does not stop a lead."""
        try:
            return self.moment(lead["CreateDate"])
        except (KeyError, TypeError, ValueError):
            return LONG_AGO

    def moment(self, text: str) -> datetime:
        """Read a date; without a zone it is taken for UTC, so that it can be compared with others."""
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def confirm(self, ids: list[int]) -> None:
        """Tell LeadBank that leads have been received."""
        self.call("/api/leads/ValidateGetLeads", ids)

    def acknowledge(self, ids: list[int]) -> None:
        """Tell LeadBank what has become of leads."""
        self.call("/api/leads/SendAcknos", [self.acknowledgement(each, datetime.now(UTC)) for each in ids])

    def acknowledgement(self, lead_id: int, when: datetime) -> dict[str, Any]:
        """Return what LeadBank is told of a lead."""
        event = {"IDstatus": TAKEN_OVER, "IDreason": None, "DateAction": when.isoformat()}
        return {"IDLeadBank": lead_id, "LeadEvents": [event]}

    def call(self, path: str, body: Any) -> dict[str, Any]:
        """Call an operation once: what fails is left to the next pull."""
        ends = time.monotonic() + self._time_limit
        try:
            with self._http.stream("POST", self._base_url + path, json=body, timeout=self._time_limit) as answer:
                content = self.body_of(answer, ends)
        except httpx.HTTPError as error:
            raise Unavailable(str(error)) from error
        if answer.status_code // 100 not in (2, 4):
            raise Unavailable(f"answered {answer.status_code}")
        found = self.object_in(content)
        if answer.is_client_error:
            raise LeadBankError(f"answered {answer.status_code}: {found.get('Message')}")
        self.check_success(found)
        return found

    def body_of(self, answer: httpx.Response, ends: float) -> bytes:
        """Return the body of an answer, in pieces as they come: the time limit of httpx is for each of them only."""
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if time.monotonic() > ends or len(body) > MOST_BYTES:
                raise Unavailable("the answer comes too slowly, or has no end")
        return bytes(body)

    def object_in(self, body: bytes) -> dict[str, Any]:
        """Return the JSON object that a body is, whatever the headers say of it."""
        try:
            found = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Unavailable(f"the answer is no JSON: {error}") from error
        if not isinstance(found, dict):
            raise Unavailable("the answer is no object")
        return found

    def check_success(self, answer: Mapping[str, Any]) -> None:
        """See that an answer tells of success; LeadBank says so with HTTP 200."""
        status = answer.get("Status")
        if type(status) is not int:
            raise Unavailable("the answer has no status")
        if status != 1:
            raise LeadBankError(f"status {status}: {answer.get('Message')}")

    def close(self) -> None:
        """Close the connection."""
        self._http.close()
