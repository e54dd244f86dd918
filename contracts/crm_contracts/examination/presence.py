"""Whether a request carries credentials such as the contract asks for; not whether they are good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_mocks.call import Call


def credentials_are_there(call: Call) -> bool:
    """Tell whether one of the alternatives of the operation's security is met, as far as a request shows."""
    assert call.operation is not None  # only matched requests come here
    alternatives = call.operation.security
    schemes = call.contract.security_schemes
    return not alternatives or any(all(_is_there(call, schemes[name]) for name in each) for each in alternatives)


def _is_there(call: Call, scheme: Mapping[str, Any]) -> bool:
    if scheme["type"] == "apiKey":
        return bool(_sent(call, scheme["in"]).get(_name(scheme)))
    prefix = "basic" if scheme.get("scheme", "").lower() == "basic" else "bearer"
    kind, _, value = call.headers.get("authorization", "").partition(" ")
    return kind.lower() == prefix and bool(value.strip())


def _name(scheme: Mapping[str, Any]) -> str:
    name: str = scheme["name"]
    return name.lower() if scheme["in"] == "header" else name


def _sent(call: Call, place: str) -> Mapping[str, str]:
    if place == "header":
        return call.headers
    if place == "query":
        return call.query
    pairs = (part.partition("=") for part in call.headers.get("cookie", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}
