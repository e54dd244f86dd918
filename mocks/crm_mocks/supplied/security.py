"""Adapt security schemes and what operations ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_mocks.contract.supplied_contract import Topic
from crm_mocks.supplied.source import Location, SuppliedSource, Unresolvable


class SecurityAdapter:
    """Adapts the security of one document."""

    def __init__(self, source: SuppliedSource) -> None:
        self._source = source
        self._schemes = source.members(source.members(source.document, "components"), "securitySchemes")

    def requirements(self, operation: Mapping[str, Any], location: Location) -> list[dict[str, list[str]]]:
        """Return the alternatives that an operation asks for, without those of unknown schemes."""
        written = operation.get("security", self._source.document.get("security"))
        alternatives: list[dict[str, list[str]]] = []
        for alternative in written if isinstance(written, list) else ():
            if not isinstance(alternative, dict):
                continue
            unknown = [name for name in alternative if name not in self._schemes]
            if unknown:
                self._source.note(
                    location, f"the security scheme {unknown[0]} does not exist; it is left out", Topic.SECURITY
                )
                continue
            alternatives.append(
                {name: scopes if isinstance(scopes, list) else [] for name, scopes in alternative.items()}
            )
        return alternatives

    def challenge(self, security: list[dict[str, list[str]]]) -> str:
        """Return the WWW-Authenticate for the first alternative; empty if no credentials are needed."""
        if not security or {} in security:
            return ""
        scheme = self._scheme(next(iter(security[0])))
        if scheme.get("type") == "http":
            kind = str(scheme.get("scheme", "basic")).capitalize()
            return f'{kind} realm="mock"'
        return "Bearer" if scheme.get("type") in ("oauth2", "openIdConnect") else "ApiKey"

    def _scheme(self, name: str) -> Mapping[str, Any]:
        try:
            scheme, _ = self._source.resolved(self._schemes[name], ("components", "securitySchemes", name))
        except Unresolvable:
            return {}
        return scheme if isinstance(scheme, dict) else {}

    def schemes(self) -> dict[str, Any]:
        """Return the security schemes in the form of OpenAPI 3.0, all of a known type."""
        schemes: dict[str, Any] = {}
        for name in self._schemes:
            scheme = dict(self._scheme(name))
            if scheme.get("type") == "apiKey" and {"name", "in"} <= scheme.keys():
                schemes[name] = {key: str(scheme[key]) for key in ("type", "name", "in")}
            elif scheme.get("type") == "http" and isinstance(scheme.get("scheme"), str):
                schemes[name] = {"type": "http", "scheme": scheme["scheme"]}
            elif scheme.get("type") in ("oauth2", "openIdConnect", "mutualTLS"):
                schemes[name] = {key: value for key, value in scheme.items() if not key.startswith("x-")}
            else:
                self._source.note(
                    ("components", "securitySchemes", name),
                    f"the security scheme {name} is of no known type: any bearer token is accepted",
                    Topic.SECURITY,
                )
                schemes[name] = {"type": "http", "scheme": "bearer"}
        return schemes
