"""Which demo credentials a request of an operation brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_mocks.cli.curl import RequestCredentials


def demo_credentials(
    demo: Mapping[str, str], schemes: Mapping[str, Mapping[str, Any]], security: Iterable[Mapping[str, list[str]]]
) -> RequestCredentials:
    """Return the demo credentials for an operation, of the first of its security alternatives that they serve.

    A demo credential belongs to a security scheme when it is named as the scheme, or as the scheme's header or query
    parameter, punctuation and letter case aside; alone under HTTP Basic it is the user, with an empty password. Those
    named `username` and `password` serve HTTP Basic otherwise.

    Args:
        demo: the vendor's demo credentials.
        schemes: security schemes by name.
        security: the operation's alternatives, each a mapping of scheme name to scopes.
    """
    alternatives = list(security)
    if {} in alternatives:
        return RequestCredentials()
    by_name = {_plain(name): value for name, value in demo.items()}
    for alternative in alternatives:
        for name in alternative:
            found = _for_scheme(by_name, name, schemes.get(name, {}))
            if found is not None:
                return found
    return RequestCredentials()


def _for_scheme(demo: Mapping[str, str], name: str, scheme: Mapping[str, Any]) -> RequestCredentials | None:
    own = demo.get(_plain(name))
    if scheme.get("type") == "apiKey":
        key = demo.get(_plain(scheme["name"]), own)
        if key is None:
            return None
        place = {scheme["name"]: key}
        return RequestCredentials(query=place) if scheme["in"] == "query" else RequestCredentials(headers=place)
    if scheme.get("type") == "http" and scheme.get("scheme", "").lower() == "basic":
        if own is not None:
            return RequestCredentials(user=f"{own}:")
        if "username" in demo and "password" in demo:
            return RequestCredentials(user=f"{demo['username']}:{demo['password']}")
    return None


def _plain(name: str) -> str:
    return "".join(each for each in name.lower() if each.isalnum())
