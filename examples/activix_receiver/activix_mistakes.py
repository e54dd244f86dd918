"""Receivers that get one thing wrong each, to see that it is caught."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from activix_receiver import Lead, Receiver


class Created(Receiver):
    """Answers 201, where the document wants 200."""

    success = 201


class StrictStatus(Receiver):
    """Wants a status to be a text."""

    def status_of(self, pushed: Lead) -> str:
        """See the class."""
        return str(pushed.get("status", "active").lower())


class OneOffset(Receiver):
    """Reads time stamps in the one form that it has seen."""

    def moment(self, text: str | None) -> datetime | None:
        """See the class."""
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S+00:00") if text else None  # noqa: DTZ007  # that is the mistake


class OneAccountPlace(Receiver):
    """Looks for the dealer in one of its two places."""

    def account_of(self, pushed: Lead) -> Any:
        """See the class."""
        return pushed.get("account_id")


MISTAKES = {
    "created": Created,
    "strict_status": StrictStatus,
    "one_offset": OneOffset,
    "one_account_place": OneAccountPlace,
}
