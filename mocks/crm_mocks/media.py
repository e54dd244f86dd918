"""Media types: reading the Content-Type of a request and decoding its body."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson

from crm_mocks.contract.outcome import is_json
from crm_mocks.remember import remembered

FORM: Final = "application/x-www-form-urlencoded"
_UTF8: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii", ""})


@dataclass(frozen=True, slots=True)
class ContentType:
    """A Content-Type header, taken apart: media type and charset, both lower-case."""

    media_type: str
    charset: str = ""


class Unreadable(Exception):
    """A body is not what its media type says. The message tells what is wrong with it, never what stands in it."""


@remembered(1024)
def content_type(header: str) -> ContentType:
    """Take a Content-Type header apart; an empty header gives an empty media type."""
    media_type, *parameters = header.split(";")
    charset = ""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return ContentType(media_type.strip().lower(), charset)


def decode(raw: bytes, kind: ContentType) -> Any:
    """Decode a body to JSON types.

    A form becomes an object of texts; a form whose one value has an empty name becomes that text.

    Raises:
        Unreadable: the bytes are not what the media type says.
    """
    if is_json(kind.media_type):
        return _decode_json(raw, kind.charset)
    if kind.media_type == FORM:
        return _decode_form(_decode_text(raw, kind.charset))
    return _decode_text(raw, kind.charset)


def _decode_json(raw: bytes, charset: str) -> Any:
    if charset not in _UTF8:
        raw = _decode_text(raw, charset).encode()
    elif raw.startswith(codecs.BOM_UTF8):
        raw = raw[len(codecs.BOM_UTF8) :]
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None


def _decode_text(raw: bytes, charset: str) -> str:
    try:
        text = codecs.decode(raw, charset or "utf-8")
    except LookupError:
        raise Unreadable("the body's charset is unknown") from None
    except (UnicodeError, ValueError, TypeError):
        raise Unreadable("the body is not text in its charset") from None
    if not isinstance(text, str):
        raise Unreadable("the body's charset is unknown")
    return text.removeprefix("\ufeff")


def _decode_form(text: str) -> Any:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=1000)
    except ValueError:
        raise Unreadable("the body is not a form") from None
    if len(pairs) == 1 and pairs[0][0] == "":
        return pairs[0][1]
    return dict(pairs)
