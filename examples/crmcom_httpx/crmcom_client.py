"""A client of CRM.COM's Web API v2: creates leads, and renews its token when that is over."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import httpx

BASE_URL = "https://api.crm.example/crmapi/rest/v2"
TOKEN_IS_OVER = "Expired token"
MOST_BYTES = 10_000_000  # of a body: CRM.COM's have some ten thousand


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
    """CRM.COM, for one user.

    Args:
        username: of the user.
        password: of the user.
        organisation: that the user belongs to.
        base_url: of CRM.COM.
        time_limit: seconds that CRM.COM may take to answer a request.
    """

    def __init__(
        self, username: str, password: str, organisation: str, base_url: str = BASE_URL, *, time_limit: float = 10
    ) -> None:
        self._login = {"username": username, "password": password, "organisation": organisation}
        self._token = ""
        self._time_limit = time_limit
        self._http = httpx.Client(base_url=base_url, timeout=time_limit)

    def create_lead(self, first_name: str, last_name: str, email: str, weeks: int) -> str:
        """Create a lead of a new person; return its number, which is empty if CRM.COM does not tell it.

        Args:
            first_name: of the person.
            last_name: of the person.
            email: of the person.
            weeks: time after which it is expected to be completed.

        Raises:
            Refused: CRM.COM does not want it.
            Unavailable: CRM.COM does not answer as it should.
        """
        created = self.with_token("/leads/create", self.lead(first_name, last_name, email, weeks))
        return self.text_in(created, "number") if "number" in created else ""  # it is created all the same

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

    def with_token(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call an operation with a token, and once more with a new one if that was over.

        Nothing else is tried again: CRM.COM may have done what it does not answer, and knows no duplicates.
        """
        try:
            return self._call(path, {"token": self._token or self.log_in(), **body})
        except Refused as refused:
            if refused.message != TOKEN_IS_OVER:
                raise
        return self._call(path, {"token": self.log_in(), **body})

    def log_in(self) -> str:
        """Get a token."""
        self._token = self.text_in(self._call("/authentication/token", self._login), "token")
        return self._token

    def log_out(self) -> None:
        """Give the token back; if that fails, it comes to its end by itself."""
        token, self._token = self._token, ""
        if token:
            with suppress(Refused, Unavailable):
                self._call("/authentication/token/release", {"token": token})

    def _call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        ends = time.monotonic() + self._time_limit
        try:
            with self._http.stream("POST", path, json=body) as answer:
                self.check_status(answer)
                content = self.body_of(answer, ends)
        except httpx.HTTPError as error:
            raise Unavailable(str(error)) from error
        return self.data_in(self.object_in(content))

    def check_status(self, answer: httpx.Response) -> None:
        """See that an answer has the status that all of CRM.COM's own have, but for those of its failures."""
        if answer.status_code != httpx.codes.OK:
            raise Unavailable(f"answered {answer.status_code}")

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

    def data_in(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Return the data of an answer that is no refusal; CRM.COM says so with HTTP 200."""
        status, data = answer.get("status"), answer.get("data")
        if not isinstance(status, dict) or not isinstance(status.get("code"), str):
            raise Unavailable("the answer has no status")
        if status["code"] != "OK":
            raise self.refusal(status)
        if not isinstance(data, dict):
            raise Unavailable("the answer has no data")
        return data

    def refusal(self, status: Mapping[str, Any]) -> Refused:
        """Return what a refusal says; but for the code, anything may be absent or null."""
        message, description = (str(status.get(name) or "") for name in ("message", "description"))
        return Refused(status["code"], message, description.strip())

    def text_in(self, data: Mapping[str, Any], name: str) -> str:
        """Return a text of an answer; half of a letter, as JSON may have, is written as its escape."""
        text = data.get(name)
        if not isinstance(text, str):
            raise Unavailable(f"the answer has no {name}")
        return text.encode("utf-8", "backslashreplace").decode()

    def close(self) -> None:
        """Log out, and close the connection."""
        self.log_out()
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
