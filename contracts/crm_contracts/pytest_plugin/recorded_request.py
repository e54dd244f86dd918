"""An exchange from the journal, as tests see it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RecordedRequest:
    """A request to a mock, with the response.

    Attributes:
        raw: the journal entry, as returned by the control API.
        id: id of the entry.
        vendor: vendor that the path belongs to, or `None`.
        operation: `<vendor>.<operationId>`, or `None`.
        method, path, query: method, path and query of the request.
        headers: headers of the request, with lower-case names.
        body: body of the request.
        status: status of the response.
        outcome: name of the documented example in the response, or `None`.
        violations: violations of the contract, each with `location`, `rule` and `message`.

    Example:
        (request,) = leadbank.requests
        assert (request.method, request.status) == ("GET", 200)
        assert request.headers["accept"] == "application/json"
    """

    raw: dict[str, Any]

    @property
    def id(self) -> str:
        """See the class."""
        return str(self.raw["id"])

    @property
    def vendor(self) -> str | None:
        """See the class."""
        vendor: str | None = self.raw["vendor"]
        return vendor

    @property
    def operation(self) -> str | None:
        """See the class."""
        operation: str | None = self.raw["operation"]
        return operation

    @property
    def method(self) -> str:
        """See the class."""
        return str(self.raw["request"]["method"])

    @property
    def path(self) -> str:
        """See the class."""
        return str(self.raw["request"]["path"])

    @property
    def query(self) -> str:
        """See the class."""
        return str(self.raw["request"]["query"])

    @property
    def headers(self) -> dict[str, str]:
        """See the class."""
        return {name.lower(): value for name, value in self.raw["request"]["headers"]}

    @property
    def body(self) -> str:
        """See the class."""
        return str(self.raw["request"]["body"])

    @property
    def json(self) -> Any:
        """JSON value of the request body.

        Raises:
            ValueError: the body is not JSON.
        """
        return json.loads(self.body)

    @property
    def status(self) -> int:
        """See the class."""
        return int(self.raw["answer"]["status"])

    @property
    def outcome(self) -> str | None:
        """See the class."""
        outcome: str | None = self.raw["answer"]["outcome"]
        return outcome

    @property
    def violations(self) -> list[dict[str, Any]]:
        """See the class."""
        violations: list[dict[str, Any]] = self.raw["violations"]
        return violations

    def __repr__(self) -> str:
        return f"<{self.method} {self.path} → {self.status} {self.outcome or ''}".rstrip() + ">"
