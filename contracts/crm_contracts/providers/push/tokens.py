"""Access tokens: requested when first needed, and again when they expire."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, Final

import orjson

from crm_contracts.judge.exchange import Exchange
from crm_mocks.vendor.sender import Push, Sender

_MARGIN: Final = 5.0
"""Seconds before its expiry at which a token is replaced."""


class Tokens:
    """The access token of one sender."""

    def __init__(self, sender: Sender, send: Callable[[Push], Exchange], add_secret: Callable[[str], None]) -> None:
        """Start without a token.

        Args:
            sender: makes the token request, if its credentials require one.
            send: sends the token request.
            add_secret: called with each token, to be redacted.
        """
        self._sender = sender
        self._send = send
        self._add_secret = add_secret
        self._token = ""
        self._expires = 0.0

    def current(self) -> str:
        """Return a valid token; an empty string if none is needed, or the request for one failed."""
        request = self._sender.token_request()
        if request is not None and monotonic() >= self._expires:
            self._token, seconds = _parse(self._send(request))
            self._expires = monotonic() + seconds - _MARGIN
            if self._token:
                self._add_secret(self._token)
        return self._token


def _parse(exchange: Exchange) -> tuple[str, float]:
    """Return the token in a response, and its lifetime in seconds; 0, so that it serves one request, if unknown."""
    try:
        body: Any = orjson.loads(exchange.response_body)
    except orjson.JSONDecodeError:
        return "", 0.0
    token = body.get("access_token") if isinstance(body, dict) and exchange.status == 200 else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        return "", 0.0
    lifetime = body.get("expires_in")
    return token, float(lifetime) if isinstance(lifetime, int | float) else 0.0
