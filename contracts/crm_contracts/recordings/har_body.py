"""Bodies in HAR entries: recorded, empty, or not recorded.

Recorders leave bodies out, each in its own way: without `text`, with an empty one, or in a file beside the HAR
(Playwright's `_file` and `_sha1`). Sizes may be -1, and Chrome's are 0 for a body that it could not load.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from crm_contracts.recordings.document import FindAttachment
from crm_contracts.recordings.values import (
    MalformedRecording,
    RecordedHeaders,
    array,
    content_length,
    decode_base64,
    encode,
    header,
    json_bytes,
    known_headers,
    mapping,
    size_or_none,
    string,
)
from crm_mocks.parsing.media_types import FORM, content_type

_FILES: Final = ("_file", "_sha1")
_BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS", "DELETE", "TRACE", "CONNECT"})
"""Methods whose requests usually have no body, so that its absence means nothing."""


def request_body(request: Mapping[str, Any], headers: RecordedHeaders, attachment: FindAttachment) -> bytes | None:
    """Return the body of a request as recorded, or `None` if it was not recorded.

    Raises:
        MalformedRecording: the body has an unknown form.
    """
    size, length = size_or_none(request.get("bodySize")), content_length(known_headers(headers))
    data = request.get("postData")
    if data is None:
        is_empty = size == 0 or length == 0 or request.get("method") in _BODILESS
        return b"" if is_empty and not length else None
    data = mapping(data, "request.postData")
    recorded = _recorded(data, headers, attachment, "request.postData")
    if recorded:
        return recorded
    if data.get("params"):
        return _form(data, headers)
    is_empty = not _names_file(data) and (size == 0 or length == 0)
    return b"" if is_empty and not length else None


def response_body(response: Mapping[str, Any], headers: RecordedHeaders, attachment: FindAttachment) -> bytes | None:
    """Return the body of a response as recorded, or `None` if it was not recorded.

    Raises:
        MalformedRecording: the body has an unknown form.
    """
    content = mapping({} if response.get("content") is None else response["content"], "response.content")
    recorded = _recorded(content, headers, attachment, "response.content")
    if recorded or _names_file(content):
        return recorded
    size, length = size_or_none(content.get("size")), content_length(known_headers(headers))
    sent = size_or_none(response.get("bodySize"))
    has_no_size = content.get("size") is None
    is_empty = size == 0 or length == 0 or (has_no_size and (recorded is not None or sent == 0))
    return b"" if is_empty and not length and not (sent and sent > 0) else None


def _recorded(
    content: Mapping[str, Any], headers: RecordedHeaders, attachment: FindAttachment, location: str
) -> bytes | None:
    """Return the recorded body; `None` if there is none or a part of it was lost."""
    text = content.get("text")
    if not text and _names_file(content):
        return next(filter(None, (attachment(str(content[name])) for name in _FILES if content.get(name))), None)
    if text is None:
        return None
    if content.get("_isBinary"):  # Polly.js
        return _chunks(text)
    if isinstance(text, Mapping | list):
        return json_bytes(text, f"{location}.text")
    if content.get("encoding") == "base64":
        return decode_base64(text, f"{location}.text")
    return encode(string(text, f"{location}.text"), known_headers(headers))


def _chunks(text: Any) -> bytes | None:
    """Return the body in Polly.js's form of binary content: base64 or hexadecimal, possibly a JSON list of chunks."""
    try:
        parsed = orjson.loads(string(text, "response.content.text"))
        chunks = parsed if isinstance(parsed, list) else [text]
    except orjson.JSONDecodeError:
        chunks = [text]
    for decode in (binascii.unhexlify, lambda chunk: decode_base64(chunk, "response.content.text")):
        try:
            return b"".join(decode(chunk) for chunk in chunks)
        except (ValueError, TypeError, MalformedRecording):
            continue
    return None


def _form(data: Mapping[str, Any], headers: RecordedHeaders) -> bytes | None:
    """Return a form encoded from its parameters; a multipart body cannot be restored."""
    declared = content_type(header(known_headers(headers), "content-type") or str(data.get("mimeType") or FORM))
    if declared.media_type.startswith("multipart/"):
        return None
    location = "request.postData.params"
    items = [mapping(item, location) for item in array(data["params"], location)]
    return urlencode(
        [(string(item.get("name"), f"{location}.name"), str(item.get("value", ""))) for item in items]
    ).encode("utf-8", "replace")


def _names_file(content: Mapping[str, Any]) -> bool:
    return any(content.get(name) for name in _FILES)
