"""Values of headers that hold credentials."""

from __future__ import annotations

import base64
from typing import Final

from crm_mocks.parsing.bounded_cache import BoundedResults

_SCHEMES: Final = frozenset({"apikey", "basic", "bearer", "digest", "negotiate", "token"})


class PublishedHeaders:
    """The values of headers whose credentials are published; a bounded number is remembered."""

    def __init__(self, published: frozenset[str]) -> None:
        """Create it.

        Args:
            published: credentials that are no secrets.
        """
        self._published = published
        self._results = BoundedResults(self._is_published)

    def __contains__(self, value: str) -> bool:
        """Return whether the value of a header is no secret."""
        return self._results[value]

    def _is_published(self, value: str) -> bool:
        scheme, credential = scheme_and_credential(value)
        if scheme.lower() != "basic":
            return credential in self._published
        user, password = user_and_password(credential)
        return user in self._published and (not password or password in self._published)


def scheme_and_credential(value: str) -> tuple[str, str]:
    """Return the scheme of a credential header, if it is a known one, and what follows."""
    scheme, space, credential = value.partition(" ")
    return (scheme, credential.strip()) if space and scheme.lower() in _SCHEMES else ("", value)


def user_and_password(credential: str) -> tuple[str, str]:
    """Return user and password of Basic credentials; empty if they are malformed."""
    try:
        user, _, password = base64.b64decode(credential).decode("utf-8", "replace").partition(":")
    except ValueError:
        return "", ""
    return user, password
