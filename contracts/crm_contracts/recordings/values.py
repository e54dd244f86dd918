"""Taking values out of recordings, which anybody may have written."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from crm_contracts.judge.exchange import Headers
from crm_contracts.recordings.compression import Undecodable, codings, decompressed
from crm_mocks.parsing.media_types import content_type

_MOST: Final = 64 * 1024**2
"""Bytes of a body when it is decompressed."""


class MalformedRecording(Exception):
    """A recording has another form than is known. The message says where, and what is wanted there."""


def mapping(value: Any, place: str) -> Mapping[str, Any]:
    """Return an object."""
    if not isinstance(value, Mapping):
        raise MalformedRecording(f"{place} must be an object")
    return value


def array(value: Any, place: str) -> list[Any]:
    """Return a list."""
    if not isinstance(value, list):
        raise MalformedRecording(f"{place} must be a list")
    return value


def text(value: Any, place: str) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise MalformedRecording(f"{place} must be a text")
    return value


def status(value: Any, place: str) -> int:
    """Return an HTTP status, which some write as a text; 0 where none came."""
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value
    if not isinstance(number, int) or isinstance(number, bool) or not (number == 0 or 100 <= number <= 999):
        raise MalformedRecording(f"{place} must be an HTTP status")
    return number


def moment(value: Any) -> str:
    """Return a time in ISO 8601, of one that may also be written as HTTP does; anything else is no time."""
    if not isinstance(value, str):
        return ""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(value).isoformat()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return ""


def decoded_base64(value: Any, place: str) -> bytes:
    """Return the bytes that a text in base64 stands for."""
    try:
        return base64.b64decode("".join(text(value, place).split()), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedRecording(f"{place} must be base64") from None


def header(headers: Headers, name: str) -> str:
    """Return the first header of that lower-case name, an empty text if there is none."""
    return next((value for each, value in headers if each.lower() == name), "")


def encoded(body: str, headers: Headers) -> bytes:
    """Return the bytes of a body that was recorded as text, in the charset that its headers name."""
    charset = content_type(header(headers, "content-type")).charset
    try:
        return body.encode(charset or "utf-8")
    except (LookupError, UnicodeError, ValueError):
        return body.encode("utf-8", "surrogatepass")


def uncompressed(body: bytes, headers: Headers) -> bytes | None:
    """Return a body without its compression, `None` where that is unknown; recorders undo it and leave the header."""
    applied = codings(headers)
    try:
        return decompressed(body, applied, _MOST)
    except Undecodable:
        return body if _is_text(body) else None


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
