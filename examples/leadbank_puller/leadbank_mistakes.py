"""Pullers that get one thing wrong each, to see that it is caught."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from leadbank_puller import Puller


class Unconfirmed(Puller):
    """Acknowledges leads without having confirmed them."""

    def confirm(self, ids: list[int]) -> None:
        """See the class."""


class FrenchDate(Puller):
    """Writes dates as people there do."""

    def acknowledgement(self, lead_id: int, when: datetime) -> dict[str, Any]:
        """See the class."""
        told = super().acknowledgement(lead_id, when)
        told["LeadEvents"][0]["DateAction"] = when.strftime("%d/%m/%Y %H:%M")
        return told


class MemberName(Puller):
    """Calls a lead's id as its other CRMs do."""

    def acknowledgement(self, lead_id: int, when: datetime) -> dict[str, Any]:
        """See the class."""
        told = super().acknowledgement(lead_id, when)
        return {"LeadId": told.pop("IDLeadBank"), **told}


MISTAKES = {"unconfirmed": Unconfirmed, "french_date": FrenchDate, "member_name": MemberName}
