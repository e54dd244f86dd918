"""Access tokens: got when the first request needs one, and again when their life is over."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, Final

import orjson

from crm_contracts.judge.exchange import Exchange
from crm_mocks.vendor.sender import Push, Sender

_MARGIN: Final = 5.0
"""Seconds before its end at which a token is not used any more."""


class Tokens:
    """The access token of one sender."""

    def __init__(self, sender: Sender, send: Callable[[Push], Exchange], learn: Callable[[str], None]) -> None:
        """Take what is needed to get a token.

        Args:
            sender: says how to ask for one, if it needs one.
            send: sends the request for it.
            learn: is told of each token, which is a secret.
        """
        self._sender = sender
        self._send = send
        self._learn = learn
        self._token = ""
        self._ends = 0.0

    def current(self) -> str:
        """Return a token that is still good; an empty text where none is needed, or where none was to be had."""
        request = self._sender.token_request()
        if request is not None and monotonic() >= self._ends:
            self._token, seconds = _read(self._send(request))
            self._ends = monotonic() + seconds - _MARGIN
            if self._token:
                self._learn(self._token)
        return self._token


def _read(exchange: Exchange) -> tuple[str, float]:
    """Return the token of an answer, and its life in seconds; without a life, it is good for one request."""
    try:
        body: Any = orjson.loads(exchange.response_body)
    except orjson.JSONDecodeError:
        return "", 0.0
    token = body.get("access_token") if isinstance(body, dict) and exchange.status == 200 else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        return "", 0.0
    life = body.get("expires_in")
    return token, float(life) if isinstance(life, int | float) else 0.0
