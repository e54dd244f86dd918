"""An exchange of whatever origin: recorded, forwarded, or just made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Headers = tuple[tuple[str, str], ...]
"""Names as they came and values, in order; a name may come again."""


class Part(StrEnum):
    """A part of an exchange that a record of it may leave out."""

    CREDENTIALS = "credentials"
    REQUEST_BODY = "request body"
    ANSWER_BODY = "answer body"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request, and what was answered to it.

    Attributes:
        method: of the request, upper-case.
        url: of the request, whole, with its query.
        request_headers: of the request.
        request_body: as it was sent, decompressed.
        status: of the answer; 0 where none came.
        answer_headers: of the answer.
        answer_body: as it came, decompressed.
        at: when, ISO 8601; empty where nobody has noted it.
        milliseconds: from the request's end to that of the answer; `None` where nobody has measured it.
        failure: why no answer came, in words; empty where one came.
        source: where it stands, for people: `traffic.har, entry 3`.
        untold: parts that whoever recorded it may have left out, which nothing is found about.
        ordered: a test has ordered the answer beforehand, so that it says nothing about the provider.
    """

    method: str
    url: str
    request_headers: Headers = ()
    request_body: bytes = b""
    status: int = 0
    answer_headers: Headers = ()
    answer_body: bytes = b""
    at: str = ""
    milliseconds: float | None = None
    failure: str = ""
    source: str = ""
    untold: tuple[Part, ...] = ()
    ordered: bool = False
