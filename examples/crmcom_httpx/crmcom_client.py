"""A client of CRM.COM's Web API v2: creates leads, and renews its token when that is over."""

from __future__ import annotations

from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import httpx

BASE_URL = "https://api.crm.example/crmapi/rest/v2"
TOKEN_IS_OVER = "Expired token"


class Refused(Exception):
    """CRM.COM refuses a request.

    Attributes:
        code: status.code of the answer.
    """

    def __init__(self, code: str, message: str, description: str) -> None:
        super().__init__(f"{message}: {description}")
        self.code = code
        self.message = message


class Unavailable(Exception):
    """CRM.COM does not answer as it should; to be tried again later."""


class CrmCom:
    """CRM.COM, for one user."""

    def __init__(self, username: str, password: str, organisation: str, base_url: str = BASE_URL) -> None:
        self._login = {"username": username, "password": password, "organisation": organisation}
        self._token = ""
        self._http = httpx.Client(base_url=base_url, timeout=10)

    def create_lead(self, first_name: str, last_name: str, email: str, weeks: int) -> str:
        """Create a lead of a new person; return its number.

        Args:
            first_name: of the person.
            last_name: of the person.
            email: of the person.
            weeks: time after which it is expected to be completed.

        Raises:
            Refused: CRM.COM does not want it.
            Unavailable: CRM.COM does not answer as it should.
        """
        body = self.lead(first_name, last_name, email, weeks)
        number: str = self._with_token("/leads/create", body)["number"]
        return number

    def lead(self, first_name: str, last_name: str, email: str, weeks: int) -> dict[str, Any]:
        """Return the body that creates a lead, without the token."""
        return {
            "contact_information": {
                "action": "NEW",
                "type": "PERSON",
                "first_name": first_name,
                "last_name": last_name,
            },
            "contact_email": email,
            "importance": "IMPORTANCE2",
            "priority": 3,
            "type_identifier": {"name": "Software Purchase"},
            "estimated_completion_time": {"time_period_value": weeks, "time_period_uot": "WEEKS"},
            "source": {"type": "WEBSITE", "name": "Contact form"},
            "assigned_to": {"user_identifier": {"username": "mpadministrator"}},
            "fields_set": "number,status",
        }

    def _with_token(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call an operation with a token, and once more with a new one if that was over."""
        try:
            return self._call(path, {"token": self._token or self.log_in(), **body})
        except Refused as refused:
            if refused.message != TOKEN_IS_OVER:
                raise
        return self._call(path, {"token": self.log_in(), **body})

    def log_in(self) -> str:
        """Get a token."""
        self._token = str(self._call("/authentication/token", self._login)["token"])
        return self._token

    def log_out(self) -> None:
        """Give the token back."""
        if self._token:
            self._call("/authentication/token/release", {"token": self._token})
            self._token = ""

    def _call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._http.post(path, json=body).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable(str(error)) from error
        status = answer["status"]
        if status["code"] != "OK":  # CRM.COM says so with HTTP 200
            raise Refused(status["code"], status["message"], status["description"])
        data: dict[str, Any] = answer["data"]
        return data

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(Refused, Unavailable):  # the token comes to its end by itself
            self.log_out()
        self._http.close()
