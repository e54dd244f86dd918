"""A client of the config API: creates leads, and waits when it is told to."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import requests


class Refused(Exception):
    """The CRM refuses a request.

    Attributes:
        status: of the answer.
        code: errorCode of the answer.
        reference: member that it is about, if any.
    """

    def __init__(self, status: int, code: str, message: str, reference: str | None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.reference = reference


class Unavailable(Exception):
    """The CRM does not answer as it should; to be tried again later."""


class ConfigApi:
    """The CRM, for one studio.

    Args:
        base_url: of the CRM.
        api_key: of the studio.
        attempts: how often a request is sent at most.
        sleep: waits for so many seconds.
    """

    key_header = "x-api-key"

    def __init__(
        self, base_url: str, api_key: str, *, attempts: int = 3, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._base_url = base_url
        self._attempts = attempts
        self._sleep = sleep
        self._session = requests.Session()
        self._session.headers[self.key_header] = api_key

    def mandatory(self) -> set[str]:
        """Return which optional members of a lead the studio wants: `address`, `dateOfBirth`, `gender`, `telephone`."""
        config = self._send("GET", "/v1/leads/config")
        return {name.removesuffix("Mode") for name, mode in config.items() if mode == "MANDATORY"}

    def create_lead(self, first_name: str, last_name: str, email: str, born: date | None = None) -> int:
        """Create a lead; return its id.

        Raises:
            Refused: the CRM does not want it.
            Unavailable: the CRM does not answer as it should.
        """
        created: dict[str, int] = self._send("POST", "/v1/leads/create", self.lead(first_name, last_name, email, born))
        return created["id"]

    def lead(self, first_name: str, last_name: str, email: str, born: date | None) -> dict[str, Any]:
        """Return the body that creates a lead."""
        customer = {"firstname": first_name, "lastname": last_name, "email": email}
        if born is not None:
            customer["dateOfBirth"] = born.isoformat()
        return {"leadCustomer": customer}

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        for _ in range(self._attempts):
            try:
                answer = self._session.request(method, self._base_url + path, json=body, timeout=10)
            except requests.RequestException as error:
                raise Unavailable(str(error)) from error
            if answer.status_code != 429:
                break
            self._sleep(self.seconds_to_wait(answer))
        if answer.status_code == 429 or answer.status_code >= 500:
            raise Unavailable(f"answered {answer.status_code}")
        try:
            content = answer.json()
        except requests.JSONDecodeError as error:
            raise Unavailable(str(error)) from error
        if not answer.ok:
            raise Refused(answer.status_code, content["errorCode"], content["errorMessage"], content.get("reference"))
        return content

    def seconds_to_wait(self, answer: requests.Response) -> float:
        """Return for how long the CRM wants to be left in peace."""
        return float(answer.headers.get("Retry-After", 1))
