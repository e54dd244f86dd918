"""Describe exchanges as curl commands and short responses, without credentials."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from crm_contracts.judge.curl import command, comment, word
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.finding import Occurrence, Side
from crm_mocks.asgi.redaction import REDACTED, Redaction
from crm_mocks.contract import Contract
from crm_mocks.parsing.media_types import FORM, content_type

_MAX_BODY: Final = 300
"""Maximum length of a response body in characters."""


class ExchangeDescriber:
    """Describes exchanges; redacts credentials by the names of headers, parameters and members."""

    def __init__(self, contracts: Iterable[Contract], published: Iterable[str] = ()) -> None:
        """Prepare redaction.

        Args:
            contracts: contracts, which declare headers and parameters with credentials.
            published: credentials that are no secrets, such as the demo credentials of mocks.
        """
        self._redaction = Redaction(contracts, published)

    def occurrence(self, exchange: Exchange) -> Occurrence:
        """Return an exchange as an occurrence of a finding."""
        return Occurrence(exchange.source, "", exchange.at, self._request(exchange), self.response(exchange))

    def response(self, exchange: Exchange) -> str:
        """Return the status and start of the body, or why there was no response."""
        if exchange.failure or not exchange.status:
            return exchange.failure or "no response"
        text = self._redaction.body(exchange.response_body).decode("utf-8", "backslashreplace")
        cut = f"{text[:_MAX_BODY]} … ({len(exchange.response_body)} bytes)" if len(text) > _MAX_BODY else text
        return f"{exchange.status} {' '.join(cut.split())}".rstrip()

    def body(self, exchange: Exchange, side: Side) -> bytes:
        """Return the body that a side sent, without credentials."""
        if side is Side.PROVIDER:
            return self._redaction.body(exchange.response_body)
        return self._redaction.body(exchange.request_body, is_form=_is_form(exchange))

    def _request(self, exchange: Exchange) -> str:
        if exchange.rejections is not None:
            return comment(exchange.method, self.url(exchange.url))
        headers = [(name, self._redaction.header(name, value)) for name, value in exchange.request_headers]
        body = self.body(exchange, Side.CLIENT)
        base = '"$CRM_MOCKS_URL"' if exchange.url.startswith("/") else ""  # the journal of mocks has no host names
        return command(exchange.method, f"{base}{word(self.url(exchange.url))}", headers, body)

    def url(self, url: str, *, query: bool = True) -> str:
        """Return a URL without credentials.

        Args:
            url: URL or path.
            query: whether to include the query.
        """
        try:
            parts = urlsplit(url)
        except ValueError:
            return REDACTED  # not a URL: any part of it may be secret
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path, self._redaction.form(parts.query) if query else "", ""))


def _is_form(exchange: Exchange) -> bool:
    return any(
        name.lower() == "content-type" and content_type(value).media_type == FORM
        for name, value in exchange.request_headers
    )
