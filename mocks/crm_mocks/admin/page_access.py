"""Access to the live page where the control API requires a token, which a browser cannot send as it opens a page."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Final

from crm_mocks.asgi.request_headers import header_values
from crm_mocks.asgi.transport import Scope
from crm_mocks.live_page.static_files import PREFIX

OPEN: Final = f"{PREFIX}open"
"""Path of the one-time link; its query is the key."""

KEY_SECONDS: Final = 600
"""Time within which a key can be used."""

_MAX_KEYS: Final = 100
_SAFE_METHODS: Final = frozenset(("GET", "HEAD"))


class PageAccess:
    """Keys that open the page once, and the cookie that such a browser gets.

    The cookie counts as the token of the control API, but only in requests of the page itself: a page of another
    origin cannot use it. Its name differs for each process, since cookies ignore ports.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Make the cookie.

        Args:
            now: monotonic seconds.
        """
        self._now = now
        self._name = f"crm-mocks-{secrets.token_hex(4)}"
        self._value = secrets.token_urlsafe(24)
        self._keys: dict[str, float] = {}

    def new_link(self, url: str) -> str:
        """Return a link that opens the page once, within `KEY_SECONDS`.

        Args:
            url: URL of the server, without trailing slash.
        """
        self._keys = {key: end for key, end in self._keys.items() if end > self._now()}
        if len(self._keys) >= _MAX_KEYS:
            del self._keys[next(iter(self._keys))]
        key = secrets.token_urlsafe(24)
        self._keys[key] = self._now() + KEY_SECONDS
        return f"{url}{OPEN}?key={key}"

    async def redeem_here(self, key: str) -> bool:
        """Use up a key that this process made; return whether it could be used."""
        return self._keys.pop(key, 0.0) > self._now()

    def cookie(self, *, secure: bool) -> str:
        """Return the value of `Set-Cookie` that gives access.

        Args:
            secure: the page is served by HTTPS.
        """
        return f"{self._name}={self._value}; Path=/; HttpOnly; SameSite=Strict{'; Secure' if secure else ''}"

    def with_token(self, scope: Scope, token: str | None) -> Scope:
        """Return the ASGI scope of a request; with the token if it has the cookie and comes from the page itself."""
        if token is None or not self._has_cookie(scope) or not _is_from_own_page(scope):
            return scope
        headers = [each for each in scope["headers"] if each[0].lower() != b"authorization"]
        return {**scope, "headers": [*headers, (b"authorization", f"Bearer {token}".encode())]}

    def _has_cookie(self, scope: Scope) -> bool:
        for value in header_values(scope["headers"], b"cookie"):
            try:
                morsel = SimpleCookie(value).get(self._name)
            except CookieError:
                continue
            if morsel is not None and hmac.compare_digest(morsel.value.encode(), self._value.encode()):
                return True
        return False


def _is_from_own_page(scope: Scope) -> bool:
    """Return whether a request comes from a page of this origin, or from a user who opened its URL.

    Browsers send `Sec-Fetch-Site` to HTTPS and loopback only. Elsewhere `Origin` must be this one; a request that
    changes something always has it.
    """
    sites = header_values(scope["headers"], b"sec-fetch-site")
    if any(site not in ("same-origin", "none") for site in sites):
        return False
    hosts = {value.strip().lower() for value in header_values(scope["headers"], b"host")}
    origins = header_values(scope["headers"], b"origin")
    if any(origin.strip().lower().partition("://")[2] not in hosts for origin in origins):
        return False
    return bool(origins) or scope["method"] in _SAFE_METHODS or "same-origin" in sites
