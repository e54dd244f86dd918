"""Responses of HTTP itself, a browser or an intermediary, which say nothing about the operation."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin, urlsplit

from crm_contracts.judge.exchange import Exchange, Part
from crm_contracts.judge.exchanges.response_rules import header

_CONDITIONAL: Final = {
    304: ("if-none-match", "if-modified-since"),
    412: ("if-match", "if-unmodified-since", "if-none-match", "if-modified-since"),
    206: ("range",),
    416: ("range",),
}
"""Statuses that only requests with one of these headers get (RFC 9110, sections 13 and 14)."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PROXY_AUTHENTICATION: Final = 407
_SWITCHING_PROTOCOLS: Final = 101
_HTTP_SCHEMES: Final = frozenset({"", "http", "https"})
_BROWSER_REDIRECT: Final = "non-authoritative-reason"
"""Chrome's header of redirects that it makes up, such as for HSTS."""


def is_generic(exchange: Exchange) -> bool:
    """Return whether a response is not the operation's.

    These are interim responses, responses to conditional and range requests, redirects to the same resource on another
    host or scheme, a proxy's demand for credentials, and redirects by the browser.
    """
    status = exchange.status
    if status in _CONDITIONAL:
        is_conditional = any(header(exchange.request_headers, name) is not None for name in _CONDITIONAL[status])
        return is_conditional or (status == 304 and Part.REQUEST_HEADERS in exchange.missing_parts)
    if status in _REDIRECTS:
        return header(exchange.response_headers, _BROWSER_REDIRECT) is not None or _is_same_resource(exchange)
    return status // 100 == 1 or status == _PROXY_AUTHENTICATION


def is_api_call(exchange: Exchange) -> bool:
    """Return whether a request is an HTTP request to an API, not a WebSocket, `data:` URL or CORS preflight."""
    if exchange.status == _SWITCHING_PROTOCOLS or _scheme(exchange.url) not in _HTTP_SCHEMES:
        return False
    return not (
        exchange.method == "OPTIONS" and header(exchange.request_headers, "access-control-request-method") is not None
    )


def _is_same_resource(exchange: Exchange) -> bool:
    """Return whether a redirect differs from the request only in scheme, host or a trailing slash."""
    location = header(exchange.response_headers, "location")
    if not location:
        return False
    try:
        source, target = urlsplit(exchange.url), urlsplit(urljoin(exchange.url, location))
    except ValueError:
        return False
    return source.path.rstrip("/") == target.path.rstrip("/") and source.query == target.query


def _scheme(url: str) -> str:
    scheme, colon, _ = url.partition(":")
    return scheme.lower() if colon and "/" not in scheme else ""
