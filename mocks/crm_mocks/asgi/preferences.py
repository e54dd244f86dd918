"""Preferences of a request: the `Prefer` header and query parameters, by Prism's conventions."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from crm_mocks.contract import Operation, Outcome
from crm_mocks.errors import CrmMocksError

KNOWN: Final = ("code", "example", "dynamic", "seed")
"""Names of the preferences."""

_SEED: Final = re.compile(r"-?\d{1,19}", re.ASCII)


class UnsupportedPreference(CrmMocksError):
    """A request prefers something that the operation does not document."""

    def __init__(self, reason: str, operation: Operation | None = None) -> None:
        super().__init__(reason)
        self.operation = operation

    def as_problem(self) -> dict[str, Any]:
        """Return the problem document, which lists the documented statuses and examples."""
        body: dict[str, Any] = {"title": "Preference not documented", "status": 400, "detail": str(self)}
        if self.operation is not None:
            documented: dict[str, list[str]] = {}
            for outcome in self.operation.outcomes.values():
                documented.setdefault(str(outcome.status), []).append(outcome.name)
            body |= {"operation": self.operation.key, "documented": documented}
        return body


class Preferences(msgspec.Struct):
    """The preferences of a request, as strings by name."""

    values: dict[str, str] = msgspec.field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values)

    @property
    def dynamic(self) -> bool:
        """Whether a generated response is requested."""
        return self.values.get("dynamic", "").lower() == "true"

    @property
    def seed(self) -> int | None:
        """The requested seed, or `None`.

        Raises:
            UnsupportedPreference: the seed is not an integer.
        """
        raw = self.values.get("seed")
        if raw is None:
            return None
        if _SEED.fullmatch(raw) is None:
            raise UnsupportedPreference("seed must be an integer")
        return int(raw)

    @property
    def applied(self) -> str:
        """The value of the `Preference-Applied` header."""
        return ", ".join(f"{name}={value}" for name, value in self.values.items())

    def outcome(self, operation: Operation) -> Outcome | None:
        """Return the requested outcome; `None` for the mock's own response.

        Raises:
            UnsupportedPreference: the operation does not document it.
        """
        code, example = self.values.get("code"), self.values.get("example")
        if example is not None:
            outcome = operation.outcomes.get(example)
            if outcome is None:
                raise UnsupportedPreference("no example of that name is documented", operation)
            if code is not None and code != str(outcome.status):
                raise UnsupportedPreference(f"example '{outcome.name}' has status {outcome.status}", operation)
            return outcome
        if code is not None:
            outcome = operation.outcome_for_code(code)
            if outcome is None:
                raise UnsupportedPreference("no such status is documented", operation)
            return outcome
        return operation.success() if self.dynamic else None


def preferences_of(headers: dict[str, str], query: dict[str, str] | None) -> Preferences:
    """Parse the preferences of a request; the header takes precedence over the query.

    Args:
        headers: headers by lower-case name.
        query: query parameters, or `None` without a query.
    """
    values: dict[str, str] = {}
    if query:
        values.update({name: query[f"__{name}"] for name in KNOWN if f"__{name}" in query})
    prefer = headers.get("prefer")
    if prefer:
        for part in prefer.replace(";", ",").split(","):
            name, equals, value = part.partition("=")
            if equals and name.strip().lower() in KNOWN:
                values[name.strip().lower()] = value.strip().strip('"')
    return Preferences({name: value for name, value in values.items() if value.isprintable() and value.isascii()})
