"""Demo credentials for requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_mocks.cli.curl import RequestCredentials


def demo_credentials(
    demo: Mapping[str, str], schemes: Mapping[str, Mapping[str, Any]], security: Iterable[Mapping[str, list[str]]]
) -> RequestCredentials:
    """Return the demo credentials for the first security alternative of an operation that they satisfy.

    A demo credential belongs to a security scheme if it has the name of the scheme, or of the scheme's header or query
    parameter, ignoring case and punctuation. For HTTP Basic such a credential is the user name, with an empty password;
    otherwise `username` and `password` are used. For bearer tokens it is `token`.

    Args:
        demo: demo credentials of the vendor.
        schemes: security schemes by name.
        security: security alternatives of the operation, each a mapping of scheme name to scopes.
    """
    alternatives = list(security)
    if {} in alternatives:
        return RequestCredentials()
    by_name = {_normalized(name): value for name, value in demo.items()}
    for alternative in alternatives:
        for name in alternative:
            found = _for_scheme(by_name, name, schemes.get(name, {}))
            if found is not None:
                return found
    return RequestCredentials()


def _for_scheme(demo: Mapping[str, str], name: str, scheme: Mapping[str, Any]) -> RequestCredentials | None:
    named = demo.get(_normalized(name))
    kind = scheme.get("type")
    if kind == "apiKey":
        key = demo.get(_normalized(scheme["name"]), named)
        return None if key is None else _key(scheme, key)
    if kind == "http" and scheme.get("scheme", "").lower() == "basic":
        return _basic(demo, named)
    if kind in ("http", "oauth2", "openIdConnect") and "token" in demo:
        return RequestCredentials(headers={"Authorization": f"Bearer {demo['token']}"})
    return None


def _key(scheme: Mapping[str, Any], key: str) -> RequestCredentials:
    if scheme["in"] == "cookie":
        return RequestCredentials(headers={"Cookie": f"{scheme['name']}={key}"})
    place = {scheme["name"]: key}
    return RequestCredentials(query=place) if scheme["in"] == "query" else RequestCredentials(headers=place)


def _basic(demo: Mapping[str, str], user: str | None) -> RequestCredentials | None:
    if user is not None:
        return RequestCredentials(user=f"{user}:")
    if "username" in demo and "password" in demo:
        return RequestCredentials(user=f"{demo['username']}:{demo['password']}")
    return None


def _normalized(name: str) -> str:
    return "".join(each for each in name.lower() if each.isalnum())
