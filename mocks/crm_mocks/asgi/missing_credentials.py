"""Describe missing credentials: which the contract wants, and which came instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from crm_mocks.credential_names import is_credential_header, is_credential_name
from crm_mocks.request_context import RequestContext

_MAX_NAME: Final = 40
_MAX_NAMES: Final = 3
_AUTHORIZATION: Final = "authorization"
_KNOWN_SCHEMES: Final = ("Basic", "Bearer", "Digest", "Negotiate", "Token", "ApiKey")
_NOT_SENT_BY_CALLERS: Final = frozenset({"cookie", "proxy-authorization"})


def missing_credentials_message(context: RequestContext) -> str:
    """Return a message such as `credentials are required: wanted x-api-key, sent api-key`, without any secret.

    Args:
        context: a request without the credentials that its operation requires.
    """
    wanted = list(dict.fromkeys(_wanted(context)))
    sent = list(_sent(context, [name for name in wanted if " " not in name]))[:_MAX_NAMES]
    what = f"wanted {' or '.join(wanted)}, " if wanted else ""
    return f"credentials are required: {what}sent {' and '.join(sent) or 'none'}"


def _wanted(context: RequestContext) -> Iterator[str]:
    """Yield the credentials that the operation accepts."""
    schemes = context.contract.security_schemes
    for alternative in context.operation.security if context.operation is not None else ():
        yield " with ".join(_name(schemes[name]) for name in alternative)


def _name(scheme: Mapping[str, Any]) -> str:
    if scheme["type"] == "apiKey":
        place = "" if scheme["in"] == "header" else f" in the {scheme['in']}"
        return f"{scheme['name']}{place}"
    kind = "Basic" if str(scheme.get("scheme", "")).lower() == "basic" else "Bearer"
    return f"Authorization: {kind}"


def _sent(context: RequestContext, wanted: list[str]) -> Iterator[str]:
    """Yield what was sent that looks like credentials, by name."""
    for name, value in context.headers.items():
        if name in _NOT_SENT_BY_CALLERS:
            continue
        if name == _AUTHORIZATION:
            scheme = value.partition(" ")[0].lower()
            known = next((kind for kind in _KNOWN_SCHEMES if kind.lower() == scheme), "without a known scheme")
            yield f"Authorization: {known}" if " " not in known else f"Authorization {known}"
        elif not value and name in wanted:
            yield f"an empty {name}"
        elif is_credential_header(name) or get_close_matches(name, wanted, cutoff=0.8):
            yield name[:_MAX_NAME]
    for name in context.query:
        if is_credential_name(name):
            yield f"{name[:_MAX_NAME]} in the query"
