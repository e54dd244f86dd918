"""Decompression of bodies (RFC 9110, section 8.4) with a size limit, against decompression bombs."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

from crm_contracts.judge.exchange import Headers

_GZIP: Final = 16 + zlib.MAX_WBITS
_ZLIB: Final = zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS
SUPPORTED: Final = ("gzip", "x-gzip", "deflate", "identity")
"""Codings that `decompress` supports."""


class Undecodable(Exception):
    """A body cannot be decompressed. The message continues a sentence that starts with the body."""


def content_codings(headers: Headers) -> list[str]:
    """Return the codings applied to a body, in the order of their application."""
    values = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    return [coding for value in values.split(",") if (coding := value.strip().lower()) not in ("", "identity")]


def decompress(body: bytes, codings: Iterable[str], max_bytes: int) -> bytes:
    """Return a body decompressed.

    Args:
        body: as sent.
        codings: applied to it; see `content_codings`.
        max_bytes: size limit of the decompressed body.

    Raises:
        Undecodable: the coding is unsupported, or the body is invalid or too large.
    """
    for coding in reversed(list(codings)):
        if coding not in SUPPORTED:
            raise Undecodable(f"has an unsupported Content-Encoding: {coding}")
        if body:  # a response to HEAD has the header but no body
            body = _decompress_one(body, coding, max_bytes)
    return body


def _decompress_one(body: bytes, coding: str, max_bytes: int) -> bytes:
    if coding == "deflate":
        return _inflate(body, _ZLIB if _is_zlib(body) else _RAW, coding, max_bytes)[0]
    decompressed, rest = b"", body
    while rest:  # gzip may have several members
        member, rest = _inflate(rest, _GZIP, coding, max_bytes - len(decompressed))
        decompressed += member
    return decompressed


def _is_zlib(body: bytes) -> bool:
    """Return whether a body has a zlib header (RFC 1950), which many senders of "deflate" omit (RFC 1951)."""
    return len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0


def _inflate(body: bytes, wbits: int, coding: str, max_bytes: int) -> tuple[bytes, bytes]:
    """Return the decompressed stream, and the bytes after it."""
    stream = zlib.decompressobj(wbits)
    try:
        decompressed = stream.decompress(body, max_bytes + 1)
    except zlib.error:
        raise Undecodable(f"is not {coding}, contrary to its Content-Encoding") from None
    if len(decompressed) > max_bytes:
        raise Undecodable(f"exceeds {max_bytes} bytes when decompressed")
    if not stream.eof:
        raise Undecodable(f"is truncated {coding}")
    return decompressed, stream.unused_data
