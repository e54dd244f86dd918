"""A client of the config API: creates leads, and waits when it is told to."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import requests
import urllib3

MANDATORY = "MANDATORY"
MOST_BYTES = 10_000_000  # of a body: the CRM's have a few thousand


class Refused(Exception):
    """The CRM refuses a request.

    Attributes:
        status: of the answer.
        code: errorCode of the answer, or empty.
        reference: member that it is about, if any.
    """

    def __init__(self, status: int, code: str, message: str, reference: str | None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.reference = reference


class Unavailable(Exception):
    """The CRM does not answer as it should; to be tried again later."""


class Connections(requests.Session):
    """Connections to the CRM, which are kept."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Follow no redirect: the CRM has none, and what was a POST would arrive as a GET."""


class ConfigApi:
    """The CRM, for one studio.

    Args:
        base_url: of the CRM.
        api_key: of the studio.
        attempts: how often a request is sent at most.
        sleep: waits for so many seconds.
        time_limit: seconds that the CRM may take to answer a request.
    """

    key_header = "x-api-key"

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        attempts: int = 3,
        sleep: Callable[[float], object] = time.sleep,
        time_limit: float = 10,
    ) -> None:
        self._base_url = base_url
        self._attempts = attempts
        self._sleep = sleep
        self._time_limit = time_limit
        self._session = Connections()
        self._session.headers[self.key_header] = api_key

    def mandatory(self) -> set[str]:
        """Return what the studio wants of a lead beside a name and an e-mail address.

        These are the members `address`, `dateOfBirth`, `gender`, `telephone`, and additional fields by their names.
        """
        config = self._send("GET", "/v1/leads/config")
        modes = {name.removesuffix("Mode"): mode for name, mode in config.items() if name.endswith("Mode")}
        members = {name for name, mode in modes.items() if self.wants(mode)}
        return members | self.mandatory_fields(config.get("additionalInformation"))

    def mandatory_fields(self, fields: Any) -> set[str]:
        """Return the names of the additional fields that the studio wants; it may have none, and any number."""
        readable = [each for each in fields if isinstance(each, dict)] if isinstance(fields, list) else []
        return {str(field.get("name")) for field in readable if self.wants(field.get("mode"))}

    def wants(self, mode: Any) -> bool:
        """Tell whether a mode is the one that matters; others may be added."""
        return bool(mode == MANDATORY)

    def create_lead(self, first_name: str, last_name: str, email: str, born: date | None = None) -> int:
        """Create a lead; return its id.

        Raises:
            Refused: the CRM does not want it.
            Unavailable: the CRM does not answer as it should.
        """
        return self.id_in(self._send("POST", "/v1/leads/create", self.lead(first_name, last_name, email, born)))

    def lead(self, first_name: str, last_name: str, email: str, born: date | None) -> dict[str, Any]:
        """Return the body that creates a lead."""
        customer = {"firstname": first_name, "lastname": last_name, "email": email}
        if born is not None:
            customer["dateOfBirth"] = born.isoformat()
        return {"leadCustomer": customer}

    def id_in(self, created: Mapping[str, Any]) -> int:
        """Return the id of a lead that was created: an integer of up to 64 bits, whatever stands beside it."""
        lead_id = created.get("id")
        if type(lead_id) is not int:  # True is an int, too
            raise Unavailable("the answer has no id")
        return lead_id

    def _send(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        for left in reversed(range(self._attempts)):
            answer, content = self.exchange(method, path, body)
            if answer.status_code != 429 or not left:
                break
            self._sleep(self.seconds_to_wait(answer))
        if answer.status_code == 429 or answer.status_code // 100 not in (2, 4):
            raise Unavailable(f"answered {answer.status_code}")
        found = self.object_in(content)
        if not answer.ok:
            raise self.refusal(answer.status_code, found)
        return found

    def exchange(self, method: str, path: str, body: Any) -> tuple[requests.Response, bytes]:
        """Send a request; return the answer and its body."""
        try:
            with self.request(method, path, body) as answer:
                return answer, self.body_of(answer)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:  # the latter while a body comes
            raise Unavailable(str(error)) from error

    def request(self, method: str, path: str, body: Any) -> requests.Response:
        """Send a request; return the answer as soon as its headers are there."""
        url = self._base_url + path
        return self._session.request(method, url, json=body, stream=True, timeout=self._time_limit)

    def body_of(self, answer: requests.Response) -> bytes:
        """Return the body of an answer, in pieces as they come: the time limit of requests is for each of them only."""
        begun = time.monotonic() - answer.elapsed.total_seconds()
        body = bytearray()
        while piece := answer.raw.read1(65536, decode_content=True):
            body += piece
            if time.monotonic() - begun > self._time_limit or len(body) > MOST_BYTES:
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

    def refusal(self, status: int, error: Mapping[str, Any]) -> Refused:
        """Return what a refusal says, of which only the message is always there."""
        texts = {name: value for name, value in error.items() if isinstance(value, str)}
        message = texts.get("errorMessage", f"answered {status}")
        return Refused(status, texts.get("errorCode", ""), message, texts.get("reference"))

    def seconds_to_wait(self, answer: requests.Response) -> float:
        """Return for how long the CRM wants to be left in peace, if it says so and that is no more than 99 seconds."""
        told = answer.headers.get("Retry-After", "")
        if not re.fullmatch("[0-9]{1,2}", told):
            raise Unavailable(f"answered {answer.status_code}")
        return float(told)
