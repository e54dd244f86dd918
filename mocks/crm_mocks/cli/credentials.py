"""Which demo credentials a request of an operation brings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_mocks.cli.curl import Credentials


def demo_credentials(
    demo: Mapping[str, str], schemes: Mapping[str, Mapping[str, Any]], security: Iterable[Mapping[str, list[str]]]
) -> Credentials:
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
        return Credentials()
    by_name = {_plain(name): value for name, value in demo.items()}
    for alternative in alternatives:
        for name in alternative:
            found = _for_scheme(by_name, name, schemes.get(name, {}))
            if found is not None:
                return found
    return Credentials()


def _for_scheme(demo: Mapping[str, str], name: str, scheme: Mapping[str, Any]) -> Credentials | None:
    own = demo.get(_plain(name))
    if scheme.get("type") == "apiKey":
        key = demo.get(_plain(scheme["name"]), own)
        if key is None:
            return None
        place = {scheme["name"]: key}
        return Credentials(query=place) if scheme["in"] == "query" else Credentials(headers=place)
    if scheme.get("type") == "http" and scheme.get("scheme", "").lower() == "basic":
        if own is not None:
            return Credentials(user=f"{own}:")
        if "username" in demo and "password" in demo:
            return Credentials(user=f"{demo['username']}:{demo['password']}")
    return None


def _plain(name: str) -> str:
    return "".join(each for each in name.lower() if each.isalnum())
