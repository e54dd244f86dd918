"""Credentials of any security scheme: those of the right form are accepted, or only the listed ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from crm_mocks.request_context import RequestContext
from crm_mocks.vendor.credentials import parse_basic, same_secret

DEMO_KEY: Final = "demo-key"
DEMO_TOKEN: Final = "demo-token"  # noqa: S105  # a demo credential
DEMO_USER: Final = "demo"
DEMO_PASSWORD: Final = "demo-secret"  # noqa: S105  # as above

MALFORMED: Final = "{not;a;token}"
"""Neither base64 nor a token of RFC 6750."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9\-._~+/]+=*", re.ASCII)
"""A token of RFC 6750, section 2.1."""


class MalformedCredentials(Exception):
    """Credentials lack the form of their scheme. The message says what is wrong, without the credentials."""


def demo_credentials(schemes: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return demo credentials for the security schemes of a contract: keys by header, others by kind.

    Args:
        schemes: security schemes by name.
    """
    demo: dict[str, str] = {}
    for scheme in schemes.values():
        kind = scheme.get("type")
        if kind == "apiKey":
            demo.setdefault(str(scheme.get("name")), DEMO_KEY)
        elif kind == "http" and str(scheme.get("scheme", "")).lower() == "basic":
            demo.update(username=DEMO_USER, password=DEMO_PASSWORD)
        elif kind in ("http", "oauth2", "openIdConnect"):
            demo.setdefault("token", DEMO_TOKEN)
    return demo


def malformed_headers(scheme: Mapping[str, Any]) -> dict[str, str]:
    """Return a header with a credential that lacks the form of its scheme; empty if none can be sent in a header."""
    if scheme.get("type") == "apiKey":
        return {str(scheme.get("name")): ""} if scheme.get("in") == "header" else {}
    if scheme.get("type") == "mutualTLS":
        return {}
    word = str(scheme.get("scheme", "bearer")) if scheme.get("type") == "http" else "bearer"
    return {"Authorization": f"{word.capitalize()} {MALFORMED}"}


def sent_credential(context: RequestContext, scheme: Mapping[str, Any]) -> str | None:
    """Return the credential that a request brings for a scheme, `user:password` for Basic; `None` if none.

    Raises:
        MalformedCredentials: it lacks the form of the scheme.
    """
    kind = scheme.get("type")
    if kind == "apiKey":
        return _api_key(context, scheme)
    if kind == "mutualTLS":
        return "certificate"  # the connection is judged elsewhere
    wanted = str(scheme.get("scheme", "bearer")).lower() if kind == "http" else "bearer"
    word, _, value = context.headers.get("authorization", "").partition(" ")
    if word.lower() != wanted:
        return None
    return _basic(value) if wanted == "basic" else _token(wanted, value.strip())


def _api_key(context: RequestContext, scheme: Mapping[str, Any]) -> str | None:
    name = str(scheme.get("name", ""))
    match scheme.get("in"):
        case "query":
            value = context.query.get(name)
        case "cookie":
            value = _cookies(context.headers.get("cookie", "")).get(name)
        case _:
            value = context.headers.get(name.lower())
    if value is not None and not value.strip():
        raise MalformedCredentials(f"{name} is empty")
    return value


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def _basic(value: str) -> str:
    parsed = parse_basic(value)
    if parsed is None:
        raise MalformedCredentials("the Basic credentials are not `user:password` in base64")
    return ":".join(parsed)


def _token(scheme: str, value: str) -> str:
    if not value or (scheme == "bearer" and not _TOKEN.fullmatch(value)):
        raise MalformedCredentials(f"the {scheme} token is empty or has characters that tokens cannot have")
    return value


def is_accepted(credential: str, accepted: tuple[str, ...]) -> bool:
    """Return whether a credential is among the accepted ones; without any, each is accepted."""
    return not accepted or any(same_secret(credential, each) for each in accepted)


def strings_in(value: Any, depth: int = 6) -> Iterator[str]:
    """Yield the strings in a body, however nested."""
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, Mapping):
        for inner in value.values():
            yield from strings_in(inner, depth - 1)
    elif depth and isinstance(value, list):
        for inner in value[:50]:
            yield from strings_in(inner, depth - 1)
