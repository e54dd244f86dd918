"""Receivers that get one thing wrong each, to see that it is caught."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from activix_lead import KEPT
from activix_receiver import Lead, Receiver


class Created(Receiver):
    """Answers 201, where the document wants 200."""

    success = 201


class StrictStatus(Receiver):
    """Wants a status to be a text."""

    def take(self, pushed: Any) -> None:
        """See the class."""
        if isinstance(pushed, dict) and "status" in pushed:
            pushed["status"] = pushed["status"].lower()
        super().take(pushed)


def _one_offset(value: Any) -> datetime:
    return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S+00:00")  # noqa: DTZ007  # that is the mistake


class OneOffset(Receiver):
    """Reads time stamps in the one form that it has seen."""

    kept: ClassVar = {**KEPT, "created_at": _one_offset}


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
