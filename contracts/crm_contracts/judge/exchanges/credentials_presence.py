"""Check that a request has credentials of a kind that the contract requires, without verifying them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_mocks.request_context import RequestContext


def has_credentials(context: RequestContext) -> bool:
    """Return whether the request has the credentials of one alternative of the operation's security."""
    assert context.operation is not None  # only matched requests are judged
    alternatives = context.operation.security
    schemes = context.contract.security_schemes
    return not alternatives or any(
        all(_has_scheme(context, schemes[name]) for name in alternative) for alternative in alternatives
    )


def _has_scheme(context: RequestContext, scheme: Mapping[str, Any]) -> bool:
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
