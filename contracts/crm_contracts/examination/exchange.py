"""An exchange of whatever origin: recorded, forwarded, or just made."""

from __future__ import annotations

from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]
"""Names as they came and values, in order; a name may come again."""


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
