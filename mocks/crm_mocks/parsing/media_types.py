"""Parse the Content-Type header and decode bodies."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from encodings import normalize_encoding
from encodings.aliases import aliases
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.outcome import is_json
from crm_mocks.parsing.bounded_cache import bounded_cache
from crm_mocks.parsing.json_limits import JsonLimits, exceeded_limit

FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
_BINARY: Final = (
    "application/octet-stream",
    "application/pdf",
    "application/zip",
    "audio/",
    "font/",
    "image/",
    "video/",
)
"""Media types of bytes; each byte is one character of the decoded body."""

_UTF8: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii", ""})
_CHARSETS: Final = frozenset({*aliases, *aliases.values()})
"""Charsets that may be looked up: Python caches unknown names forever, and some codecs take quadratic time."""

_MAX_FORM_LENGTH: Final = 1024 * 1024
"""Maximum length of a form in characters: parsing millions of percent signs would block all other clients."""


@dataclass(frozen=True)
class ContentType:
    """A parsed Content-Type header: media type and charset, both lower-case."""

    media_type: str
    charset: str = ""

    @cached_property
    def is_utf8_json(self) -> bool:
        """Whether the body is JSON in its usual charset."""
        return is_json(self.media_type) and self.charset in _UTF8


class Unreadable(Exception):
    """A body does not match its media type. The message never quotes the body.

    Attributes:
        basis: "document" or the id of a position.
    """

    def __init__(self, message: str, basis: str = DOCUMENT) -> None:
        super().__init__(message)
        self.basis = basis


@bounded_cache(1024)
def content_type(header: str) -> ContentType:
    """Parse a Content-Type header. The media type of an empty header is empty."""
    media_type, *parameters = header.split(";")
    charset = ""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return ContentType(media_type.strip().lower(), charset)


def decode(raw: bytes, kind: ContentType, limits: JsonLimits | None = None) -> Any:
    """Decode a body to JSON types.

    A form becomes an object of strings; a form whose only value has an empty name becomes that string. If an object
    has several members of the same name, the last counts.

    Args:
        raw: the body as sent.
        kind: media type and charset.
        limits: limits for JSON, or `None` for trusted bodies.

    Raises:
        Unreadable: the body does not match the media type, or exceeds a limit.
    """
    if kind.is_utf8_json:
        return _parse_json(raw.removeprefix(codecs.BOM_UTF8), limits)
    if is_json(kind.media_type):
        return _parse_json(_decode_text(raw, kind.charset).encode(), limits)
    if kind.media_type == FORM:
        return _decode_form(_decode_text(raw, kind.charset))
    if kind.media_type.startswith(_BINARY) and not kind.charset:
        return raw.decode("latin-1")
    return _decode_text(raw, kind.charset)


def without_byte_order_mark(raw: bytes) -> bytes:
    """Return a body or file without a byte order mark at its start.

    RFC 8259, section 8.1: senders must not add one, parsers may ignore it. Everything here ignores it.
    """
    return raw.removeprefix(codecs.BOM_UTF8)


def _parse_json(raw: bytes, limits: JsonLimits | None) -> Any:
    reason = exceeded_limit(raw, limits.values, limits.nesting) if limits is not None else ""
    if reason:
        raise Unreadable(reason, "host-limits")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None


def _decode_text(raw: bytes, charset: str) -> str:
    try:
        if charset and normalize_encoding(charset) not in _CHARSETS:
            raise LookupError(charset)
        text = raw.decode(charset or "utf-8")  # `codecs.decode` would also accept codecs such as zlib
        if charset not in _UTF8:
            text.encode()  # some charsets, such as UTF-7, decode to lone surrogates
    except LookupError:
        raise Unreadable("the body's charset is unknown", "host-charset") from None
    except (UnicodeError, ValueError):
        raise Unreadable("the body is not text in its charset") from None
    return text.removeprefix("\ufeff")


def form_pairs(raw: bytes, charset: str) -> list[tuple[str, str]]:
    """Return the names and values of a form.

    Raises:
        Unreadable: the body is not a form.
    """
    return _form_pairs(_decode_text(raw, charset))


def multipart_pairs(raw: bytes, header: str) -> list[tuple[str, str]]:
    """Return the names and values of a multipart form; the bytes of a file become one character each.

    Args:
        raw: the body as sent.
        header: Content-Type, with its boundary.

    Raises:
        Unreadable: the body is not a multipart form.
    """
    from email.parser import BytesParser
    from email.policy import HTTP

    head = f"Content-Type: {header}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + raw)
    if not message.is_multipart():
        raise Unreadable("the body is not a multipart form with the boundary of its Content-Type")
    pairs: list[tuple[str, str]] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            raise Unreadable("a part of the multipart form has no name")
        content = part.get_payload(decode=True)
        pairs.append((name, _text_or_bytes(content if isinstance(content, bytes) else b"")))
    return pairs


def _text_or_bytes(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _decode_form(text: str) -> Any:
    pairs = _form_pairs(text)
    if len(pairs) == 1 and pairs[0][0] == "":
        return pairs[0][1]
    return dict(pairs)


def _form_pairs(text: str) -> list[tuple[str, str]]:
    if len(text) > _MAX_FORM_LENGTH:
        raise Unreadable(f"the form has more than {_MAX_FORM_LENGTH} characters", "host-limits")
    try:
        return parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=1000)
    except ValueError:
        raise Unreadable("the body is not a form") from None
