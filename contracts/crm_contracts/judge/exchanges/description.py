"""Describe redacted exchanges as curl commands and short responses."""

from __future__ import annotations

from typing import Final

from crm_contracts.judge.curl import command, comment, word
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.finding import Occurrence, Side

_MAX_BODY: Final = 300
"""Maximum length of a response body in characters."""


def occurrence_of(exchange: Exchange) -> Occurrence:
    """Return a redacted exchange as an occurrence of a finding."""
    return Occurrence(exchange.source, "", exchange.at, _request(exchange), response_of(exchange))


def response_of(exchange: Exchange) -> str:
    """Return the status and start of the body, or why there was no response."""
    if exchange.failure or not exchange.status:
        return exchange.failure or "no response"
    text = exchange.response_body.decode("utf-8", "backslashreplace")
    cut = f"{text[:_MAX_BODY]} … ({len(exchange.response_body)} bytes)" if len(text) > _MAX_BODY else text
    return f"{exchange.status} {' '.join(cut.split())}".rstrip()


def body_of(exchange: Exchange, side: Side) -> bytes:
    """Return the body that a side sent."""
    return exchange.response_body if side is Side.PROVIDER else exchange.request_body


def _request(exchange: Exchange) -> str:
    if exchange.rejections is not None:
        return comment(exchange.method, exchange.url)
    base = '"$CRM_MOCKS_URL"' if exchange.url.startswith("/") else ""  # the journal of mocks has no host names
    url = f"{base}{word(exchange.url)}"
    return command(exchange.method, url, exchange.request_headers, exchange.request_body)
