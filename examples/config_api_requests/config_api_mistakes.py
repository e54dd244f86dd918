"""Clients that get one thing wrong each, to see that it is caught."""

from __future__ import annotations

from datetime import date
from typing import Any

from config_api_client import ConfigApi


class MemberName(ConfigApi):
    """Spells a member as this program does."""

    def lead(self, first_name: str, last_name: str, email: str, born: date | None) -> dict[str, Any]:
        """See the class."""
        body = super().lead(first_name, last_name, email, born)
        body["leadCustomer"]["first_name"] = body["leadCustomer"].pop("firstname")
        return body


class LocalDate(ConfigApi):
    """Writes dates as people here do."""

    def lead(self, first_name: str, last_name: str, email: str, born: date | None) -> dict[str, Any]:
        """See the class."""
        body = super().lead(first_name, last_name, email, born)
        if born is not None:
            body["leadCustomer"]["dateOfBirth"] = born.strftime("%d.%m.%Y")
        return body


class KeyHeader(ConfigApi):
    """Sends its key in another header."""

    key_header = "api-key"


class Impatient(ConfigApi):
    """Tries again at once, whatever it is told."""

    def seconds_to_wait(self, answer: Any) -> float:  # noqa: ARG002  # that is the mistake
        """See the class."""
        return 0


MISTAKES = {"member_name": MemberName, "local_date": LocalDate, "key_header": KeyHeader, "impatient": Impatient}
