"""Extraction of values from recordings, which may have any form."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import orjson

from crm_contracts.judge.exchange import Headers
from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.parsing.media_types import content_type

_MAX_VALUES: Final = 1_000_000
"""Maximum number of values in a body that was recorded as an object."""

_NOTHING_RECEIVED: Final = (0, -1)
"""Statuses that recorders write for requests without a response: Chrome and mitmproxy 0, Playwright -1."""

_STATUS: Final = re.compile(r"-?[0-9]{1,3}")

RecordedHeaders = Sequence[tuple[str, str | None]]
"""Names and values; `None` for a value that was not recorded."""


class MalformedRecording(Exception):
    """A recording has an unknown form. The message says where, and what is expected there."""


def mapping(value: Any, location: str) -> Mapping[str, Any]:
    """Return an object, or raise `MalformedRecording`; so do the functions below, each for its type."""
    if not isinstance(value, Mapping):
        raise MalformedRecording(f"{location} must be an object")
    return value


def array(value: Any, location: str) -> list[Any]:
    """Return a list."""
    if not isinstance(value, list):
        raise MalformedRecording(f"{location} must be a list")
    return value


def string(value: Any, location: str) -> str:
    """Return a string."""
    if not isinstance(value, str):
        raise MalformedRecording(f"{location} must be a string")
    return value


def status(value: Any, location: str) -> int:
    """Return an HTTP status, which may be a string in the recording; 0 if there was no response."""
    number = int(value) if isinstance(value, str) and _STATUS.fullmatch(value) else value
    if isinstance(number, int) and not isinstance(number, bool):
        if number in _NOTHING_RECEIVED:
            return 0
        if 100 <= number <= 999:
            return number
    raise MalformedRecording(f"{location} must be an HTTP status")


def timestamp(value: Any) -> str:
    """Return a date and time such as 2018-04-09T18:05:00+00:00, which may be an HTTP date in the recording.

    Anything else gives an empty string.
    """
    if not isinstance(value, str):
        return ""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(value).isoformat()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return ""


def decode_base64(value: Any, location: str) -> bytes:
    """Return the bytes of a base64 string."""
    try:
        return base64.b64decode("".join(string(value, location).split()), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedRecording(f"{location} must be base64") from None


def known_headers(recorded: RecordedHeaders) -> Headers:
    """Return the headers whose values were recorded."""
    return tuple((name, value) for name, value in recorded if value is not None)


def header(headers: Headers, name: str) -> str:
    """Return the first header with a lower-case name; an empty string if there is none."""
    return next((value for header_name, value in headers if header_name.lower() == name), "")


def content_length(headers: Headers) -> int | None:
    """Return the Content-Length; `None` if there is no valid one."""
    value = header(headers, "content-length")
    return parse_digits(value)


def size_or_none(value: Any) -> int | None:
    """Return a size in bytes; `None` if it was not recorded, which is often written as -1."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def encode(body: str, headers: Headers) -> bytes | None:
    """Return the bytes of a body that was recorded as a string, in the charset of its headers.

    Lone surrogates stand for bytes that are not text (mitmproxy). Others come from a recorder that has lost a part of
    the body, which gives `None`.
    """
    charset = content_type(header(headers, "content-type")).charset
    for encoding in (charset or "utf-8", "utf-8"):
        try:
            return body.encode(encoding, "surrogateescape")
        except (LookupError, UnicodeError, ValueError):
            continue
    return None


def json_bytes(value: Any, location: str) -> bytes:
    """Return the JSON of a body that was recorded as an object, as by vcrpy for aiohttp's `json=`.

    Raises:
        MalformedRecording: it has too many values, such as YAML aliases in aliases, or values that JSON does not have.
    """
    if _is_too_large(value):
        raise MalformedRecording(f"{location} has too many values")
    try:
        return orjson.dumps(value, default=_text, option=orjson.OPT_NON_STR_KEYS)
    except (TypeError, RecursionError):
        raise MalformedRecording(f"{location} is not JSON") from None


def _is_too_large(value: Any) -> bool:
    pending, count = [value], 0
    while pending and count <= _MAX_VALUES:
        current = pending.pop()
        count += 1
        if isinstance(current, Mapping):
            pending.extend(current.values())
        elif isinstance(current, list | tuple):
            pending.extend(current)
    return count > _MAX_VALUES


def _text(value: Any) -> str:
    """Return bytes within a body as text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    raise TypeError
