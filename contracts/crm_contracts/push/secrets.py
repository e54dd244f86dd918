"""Keeping secrets out of what is shown, wherever a receiver may have echoed them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, quote_plus

from crm_contracts.examination.exchange import Exchange, Headers
from crm_mocks.contract import Contract
from crm_mocks.host.redaction import STRUCK_OUT, Redaction

_SHORTEST: Final = 4
"""Characters: shorter ones stand in many words, and are only struck out where headers and members tell of them."""


class Secrets:
    """Knows secrets, and strikes them out, with all credentials that the headers of a request hold."""

    def __init__(self, contract: Contract, secrets: Iterable[str] = ()) -> None:
        """Learn secrets.

        Args:
            contract: names headers that hold credentials.
            secrets: as the user gave them.
        """
        self._redaction = Redaction([contract])
        self._forms: frozenset[str] = frozenset()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Learn a secret."""
        self._forms |= frozenset(_forms(secret))

    def struck(self, exchange: Exchange) -> Exchange:
        """Return an exchange without them."""
        forms = self._forms.union(*map(_forms, self._in_headers(exchange.request_headers)))
        strike = _Strike(sorted(forms, key=len, reverse=True))
        return replace(
            exchange,
            url=_without_values(strike.text(exchange.url)),
            request_headers=strike.headers(exchange.request_headers),
            request_body=strike.bytes(exchange.request_body),
            answer_headers=strike.headers(exchange.answer_headers),
            answer_body=strike.bytes(exchange.answer_body),
            failure=strike.text(exchange.failure),
        )

    def _in_headers(self, headers: Headers) -> Iterator[str]:
        for name, value in headers:
            if self._redaction.header(name, value) != value:
                yield value.partition(" ")[2] or value  # a scheme is no secret


def _forms(secret: str) -> Iterator[str]:
    if len(secret) >= _SHORTEST:
        yield from (secret, quote(secret, safe=""), quote_plus(secret), base64.b64encode(secret.encode()).decode())
        yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])


def _without_values(url: str) -> str:
    """Return a receiver's URL without the values of its query: receivers are often told apart, or opened, by them."""
    path, mark, query = url.partition("?")
    return path + mark + "&".join(f"{pair.partition('=')[0]}={STRUCK_OUT}" for pair in query.split("&") if pair)


@dataclass(frozen=True)
class _Strike:
    """Strikes out texts, the longest first."""

    forms: Sequence[str]

    def bytes(self, raw: bytes) -> bytes:
        for form in self.forms:
            raw = raw.replace(form.encode(), STRUCK_OUT.encode())
        return raw

    def text(self, text: str) -> str:
        for form in self.forms:
            text = text.replace(form, STRUCK_OUT)
        return text

    def headers(self, headers: Headers) -> Headers:
        return tuple((name, self.text(value)) for name, value in headers)
