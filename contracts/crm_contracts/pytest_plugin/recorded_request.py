"""An exchange of the journal, as tests look at it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RecordedRequest:
    """A request that a mock got, and what it answered.

    Attributes:
        raw: the journal's entry in full, as the control API has it; the rest is taken from it.
        id: of the entry.
        vendor: whose path it was, or `None`.
        operation: `<vendor>.<operationId>`, or `None`.
        method, path, query: of the request.
        headers: of the request, names in lower case.
        body: of the request.
        status, outcome: of the answer; `outcome` is the name of the contract's example, or `None`.
        violations: what the request broke, each with `location`, `rule`, `message`.
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
        """The request's body as a JSON value.

        Raises:
            ValueError: it is none.
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
