"""Cookies of a provider that nobody can read: the standard library prints a traceback about some of them."""

from __future__ import annotations

import warnings
from http.cookiejar import CookieJar
from typing import Any


class NoCookies(CookieJar):
    """A jar that keeps nothing."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Keep nothing."""


def ignore_unreadable_cookies() -> None:
    """Have this process say nothing about cookies that cannot be read, where others are kept."""
    warnings.filterwarnings("ignore", "http.cookiejar bug!")
