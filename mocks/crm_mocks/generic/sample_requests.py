"""Requests with the credentials that any contract asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from crm_mocks.vendor.sample_requests import SampleRequests


class ContractSamples(SampleRequests):
    """Sample requests of a vendor of which only the contract is known.

    Attributes:
        security: security requirements by operationId.
        schemes: security schemes by name.
    """

    security: ClassVar[Mapping[str, list[Mapping[str, Any]]]] = {}
    schemes: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    def headers(self, operation: str) -> Mapping[str, str]:
        """Return the headers of the first security requirement that headers can satisfy; none if there is none."""
        for requirement in self.security.get(operation, ()):
            lines = [self._header(self.schemes.get(name, {})) for name in requirement]
            if all(lines):
                return {name: value for line in lines for name, value in line.items()}
        return {}

    def _header(self, scheme: Mapping[str, Any]) -> dict[str, str]:
        """Return the header of a scheme; empty if it has none."""
        kind, place = scheme.get("type"), scheme.get("in")
        if kind == "apiKey":
            name = str(scheme.get("name"))
            if place == "query":
                return {}
            value = self.credentials[name]
            return {"Cookie": f"{name}={value}"} if place == "cookie" else {name: value}
        word = str(scheme.get("scheme", "bearer")) if kind == "http" else "bearer"
        if word.lower() == "basic":
            return self.basic()
        return {"Authorization": f"{word.capitalize()} {self.credentials['token']}"}
