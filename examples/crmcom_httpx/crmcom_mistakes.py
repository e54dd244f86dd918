"""Clients that get one thing wrong each, to see that it is caught."""

from __future__ import annotations

from typing import Any

from crmcom_client import CrmCom


class BothDates(CrmCom):
    """Sends both of the parameters of which exactly one is wanted."""

    def lead(self, first_name: str, last_name: str, email: str, weeks: int) -> dict[str, Any]:
        """See the class."""
        body = super().lead(first_name, last_name, email, weeks)
        return {**body, "expected_completion_date": "2030-01-31T12:00:00"}


class PriorityAsText(CrmCom):
    """Sends a number in quotes."""

    def lead(self, first_name: str, last_name: str, email: str, weeks: int) -> dict[str, Any]:
        """See the class."""
        return {**super().lead(first_name, last_name, email, weeks), "priority": "3"}


class ReleasedToken(CrmCom):
    """Goes on with a token that it has given back."""

    def log_out(self) -> None:
        """See the class."""
        token = self._token
        super().log_out()
        self._token = token


class NoContactType(CrmCom):
    """Does not say whether a contact is a person or a company."""

    def lead(self, first_name: str, last_name: str, email: str, weeks: int) -> dict[str, Any]:
        """See the class."""
        body = super().lead(first_name, last_name, email, weeks)
        del body["contact_information"]["type"]
        return body


MISTAKES = {
    "both_dates": BothDates,
    "priority_as_text": PriorityAsText,
    "released_token": ReleasedToken,
    "no_contact_type": NoContactType,
}
