"""Whether a request carries credentials of the kind that the contract asks for; not whether they are good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_mocks.request_context import RequestContext


def credentials_are_there(context: RequestContext) -> bool:
    """Whether one of the alternatives of the operation's security is met, as far as a request shows."""
    assert context.operation is not None  # only matched requests come here
    alternatives = context.operation.security
    schemes = context.contract.security_schemes
    return not alternatives or any(all(_is_there(context, schemes[name]) for name in each) for each in alternatives)


def _is_there(context: RequestContext, scheme: Mapping[str, Any]) -> bool:
    if scheme["type"] == "apiKey":
        return bool(_sent(context, scheme["in"]).get(_name(scheme)))
    prefix = "basic" if scheme.get("scheme", "").lower() == "basic" else "bearer"
    kind, _, value = context.headers.get("authorization", "").partition(" ")
    return kind.lower() == prefix and bool(value.strip())


def _name(scheme: Mapping[str, Any]) -> str:
    name: str = scheme["name"]
    return name.lower() if scheme["in"] == "header" else name


def _sent(context: RequestContext, place: str) -> Mapping[str, str]:
    if place == "header":
        return context.headers
    if place == "query":
        return context.query
    pairs = (part.partition("=") for part in context.headers.get("cookie", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}
