"""Exchanges from requests and responses of `requests` and schemathesis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from crm_contracts.judge.exchange import Exchange

_CASE_HEADER: Final = "X-Schemathesis-TestCaseId"
"""A header of schemathesis that is omitted from the log."""


def exchange_of(request: Any, response: Any) -> Exchange:
    """Return an exchange.

    Args:
        request: a prepared request of `requests`.
        response: of `requests` or schemathesis; `None` if there was none.
    """
    body = request.body or b""
    exchange = Exchange(
        request.method,
        request.url,
        tuple((_string(name), _string(value)) for name, value in request.headers.items() if name != _CASE_HEADER),
        body.encode() if isinstance(body, str) else body,
    )
    if response is None:
        return exchange
    return replace(
        exchange,
        status=response.status_code,
        response_headers=tuple(_header_lines(response.headers)),
        response_body=response.content or b"",
        at=iso(datetime.now(UTC)),
    )


def iso(moment: datetime) -> str:
    """Return a moment in UTC as text, with milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _header_lines(headers: Any) -> Iterable[tuple[str, str]]:
    for name, value in headers.items():
        for line in value if isinstance(value, list) else [value]:  # schemathesis keeps lists
            yield name, line


def _string(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
