"""A cookie jar that keeps nothing."""

from __future__ import annotations

from http.cookiejar import CookieJar
from typing import Any


class NoCookies(CookieJar):
    """Ignores `Set-Cookie`: the standard library prints a traceback about some values that a server can send."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Keep nothing."""
