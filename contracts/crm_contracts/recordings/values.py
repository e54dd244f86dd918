"""Extraction of values from recordings, which may have any form."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from crm_contracts.judge.exchange import Headers
from crm_contracts.recordings.compression import Undecodable, content_codings, decompress
from crm_mocks.parsing.media_types import content_type

_MAX_BODY_BYTES: Final = 64 * 1024**2
"""Size limit of a decompressed body."""


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
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value
    if not isinstance(number, int) or isinstance(number, bool) or not (number == 0 or 100 <= number <= 999):
        raise MalformedRecording(f"{location} must be an HTTP status")
    return number


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


def header(headers: Headers, name: str) -> str:
    """Return the first header with a lower-case name; an empty string if there is none."""
    return next((value for header_name, value in headers if header_name.lower() == name), "")


def encode(body: str, headers: Headers) -> bytes:
    """Return the bytes of a body that was recorded as a string, in the charset of its headers."""
    charset = content_type(header(headers, "content-type")).charset
    try:
        return body.encode(charset or "utf-8")
    except (LookupError, UnicodeError, ValueError):
        return body.encode("utf-8", "surrogatepass")


def decompress_or_none(body: bytes, headers: Headers) -> bytes | None:
    """Return a body decompressed; `None` if that fails.

    Some recorders decompress bodies but keep Content-Encoding, so a body that is text counts as decompressed.
    """
    try:
        return decompress(body, content_codings(headers), _MAX_BODY_BYTES)
    except Undecodable:
        return body if _is_text(body) else None


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
