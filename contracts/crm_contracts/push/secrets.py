"""Keeping secrets out of what is shown, wherever a receiver may have echoed them."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import quote, quote_plus

from crm_contracts.examination.exchange import Exchange, Headers
from crm_mocks.host.redaction import STRUCK_OUT

_SHORTEST: Final = 4
"""Characters: shorter ones stand in many words, and are only struck out where headers and members tell of them."""


class Secrets:
    """Knows secrets, and strikes them out."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: set[bytes] = set()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Learn a secret."""
        if len(secret) >= _SHORTEST:
            forms = (secret, quote(secret, safe=""), quote_plus(secret), base64.b64encode(secret.encode()).decode())
            self._forms.update(form.encode() for form in forms)

    def struck(self, exchange: Exchange) -> Exchange:
        """Return an exchange without them."""
        return replace(
            exchange,
            url=self._text(exchange.url),
            request_headers=self._headers(exchange.request_headers),
            request_body=self._bytes(exchange.request_body),
            answer_headers=self._headers(exchange.answer_headers),
            answer_body=self._bytes(exchange.answer_body),
            failure=self._text(exchange.failure),
        )

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, self._text(value)) for name, value in headers)

    def _text(self, text: str) -> str:
        return self._bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def _bytes(self, raw: bytes) -> bytes:
        for form in sorted(self._forms, key=len, reverse=True):
            raw = raw.replace(form, STRUCK_OUT.encode())
        return raw
