"""A request and its response, whoever recorded them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Headers = tuple[tuple[str, str], ...]
"""Names as sent and values, in order; a name may occur more than once."""


class Part(StrEnum):
    """A part of an exchange that a recording may lack."""

    CREDENTIALS = "credentials"
    REQUEST_BODY = "request body"
    RESPONSE_BODY = "response body"
    RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response.

    Attributes:
        method: of the request, upper-case.
        url: of the request, with its query.
        request_headers: of the request.
        request_body: decompressed.
        status: of the response; 0 if there was none.
        response_headers: of the response.
        response_body: decompressed.
        at: date and time, ISO 8601; empty if unknown.
        milliseconds: from the end of the request to the end of the response; `None` if unknown.
        failure: why there was no response; empty if there was one.
        source: where the exchange was recorded, for people: `traffic.har, entry 3`.
        missing_parts: parts that the recording may lack; nothing is held against anybody there.
        ordered: a test ordered the response beforehand, so it says nothing about the provider.
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
