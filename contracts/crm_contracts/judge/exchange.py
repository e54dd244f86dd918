"""A request and its response, from any source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_mocks.violations import Violation

Headers = tuple[tuple[str, str], ...]
"""Names, as sent, and values, in order; names may repeat."""

MAX_MILLISECONDS: Final = 1e12
"""Longest duration that is believed; a recording may state any number."""


class Part(StrEnum):
    """A part of an exchange that may be missing from a recording."""

    CREDENTIALS = "credentials"
    REQUEST_HEADERS = "request headers"
    """Headers that the client's HTTP library adds, such as Content-Type; those set by the caller are there."""
    REQUEST_BODY = "request body"
    RESPONSE_HEADERS = "response headers"
    RESPONSE_BODY = "response body"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response.

    Attributes:
        method: upper-case.
        url: with query.
        request_body: decompressed.
        status: HTTP status; 0 if there was no response.
        response_body: decompressed.
        at: date and time, ISO 8601; empty if unknown.
        milliseconds: from the end of the request to the end of the response; `None` if unknown.
        failure: why there was no response; empty if there was one.
        source: where the exchange was recorded, such as `traffic.har, entry 3`.
        missing_parts: parts that the recording may lack; rules about them are skipped.
        ordered: the response was queued by a test, so it is not evidence about the provider.
        rejections: rules of HTTP that were broken, so that this never became a request and no operation is judged;
            empty if the bytes only ended early, `None` for a request.
    """

    method: str
    url: str
    request_headers: Headers = ()
    request_body: bytes = b""
    status: int = 0
    response_headers: Headers = ()
    response_body: bytes = b""
    at: str = ""
    milliseconds: float | None = None
    failure: str = ""
    source: str = ""
    missing_parts: tuple[Part, ...] = ()
    ordered: bool = False
    rejections: tuple[Violation, ...] | None = None
