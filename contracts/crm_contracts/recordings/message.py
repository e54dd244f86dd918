"""Requests and responses as far as they were recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import orjson

from crm_contracts.judge.exchange import Headers, Part
from crm_contracts.recordings.compression import Undecodable, content_codings, decompress, is_compressed
from crm_contracts.recordings.values import RecordedHeaders, content_length, header, known_headers

_MAX_BYTES: Final = 64 * 1024**2
"""Size limit of a decompressed body."""

_AUTOMATIC: Final = frozenset(
    {
        *("host", "user-agent", "accept-encoding", "connection", "content-length", "transfer-encoding"),
        *("date", "server", "via"),
    }
)
"""Headers that HTTP libraries and servers add. If all are absent, the recorder has left headers out."""

_DEFAULT_TYPES: Final = frozenset({"", "x-unknown", "text/plain", "application/octet-stream"})
"""Media types that recorders write for messages without Content-Type."""

_BOM_BYTES: Final = 3
"""Browsers count a byte order mark in the size of a body but do not record it."""

_JSON_STARTS: Final = (b"{", b"[")


@dataclass(frozen=True)
class Message:
    """A recorded request or response.

    Attributes:
        headers: recorded headers.
        has_all_headers: whether headers that libraries add were recorded, so that an absent one was not sent.
        body: decompressed; `None` if it was not recorded.
    """

    headers: Headers
    has_all_headers: bool
    body: bytes | None


def message(recorded: RecordedHeaders, body: bytes | None, media_type: str = "", size: int | None = None) -> Message:
    """Return a message from its recorded parts.

    Args:
        recorded: recorded headers; pseudo-headers of HTTP/2 are dropped.
        body: recorded body, possibly compressed; `None` if it was not recorded.
        media_type: media type by the recorder, which replaces an unrecorded Content-Type.
        size: size of the body by the recorder, in bytes; `None` if unknown.
    """
    fields = [(name, value) for name, value in recorded if not name.startswith(":")]
    headers = known_headers(fields)
    unrecorded = {name.lower() for name, value in fields if value is None}
    has_all = any(name.lower() in _AUTOMATIC for name, _ in headers) and "content-type" not in unrecorded
    if not header(headers, "content-type") and media_type not in _DEFAULT_TYPES:
        headers = (*headers, ("Content-Type", media_type))
    decompressed = None if body is None else _decompressed(body, headers)
    if decompressed is not None and _is_truncated(decompressed, headers, size):
        decompressed = None
    return Message(headers, has_all, decompressed)


def missing_parts(request: Message, response: Message | None, *, has_response: bool) -> tuple[Part, ...]:
    """Return the parts of an exchange that a recording may lack.

    Credentials may always be missing: browsers omit them, and cassettes are kept with tests, so they are filtered out.

    Args:
        request: recorded request.
        response: recorded response; `None` if there is none.
        has_response: whether the provider's response to this request was recorded.
    """
    missing = {
        Part.CREDENTIALS: True,
        Part.REQUEST_HEADERS: not request.has_all_headers,
        Part.REQUEST_BODY: request.body is None,
        Part.RESPONSE: not has_response,
        Part.RESPONSE_HEADERS: response is not None and not response.has_all_headers,
        Part.RESPONSE_BODY: response is not None and response.body is None,
    }
    return tuple(part for part, is_missing in missing.items() if is_missing)


def _decompressed(body: bytes, headers: Headers) -> bytes | None:
    """Return a body decompressed, or `None` if that is impossible, or if a coded body is empty, hence not recorded."""
    codings = content_codings(headers)
    if not is_compressed(body, codings):
        return body if body or not codings else None
    try:
        return decompress(body, codings, _MAX_BYTES)
    except Undecodable:
        return None


def _is_truncated(body: bytes, headers: Headers, size: int | None) -> bool:
    """Return whether the recorder has truncated a body: it is shorter than stated, and JSON that ends too early."""
    if size is None and not content_codings(headers):
        size = content_length(headers)
    is_short = size is not None and len(body) + _BOM_BYTES < size
    return is_short and body.lstrip()[:1] in _JSON_STARTS and not is_json_text(body)


def is_json_text(body: bytes) -> bool:
    """Return whether bytes are JSON."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True
