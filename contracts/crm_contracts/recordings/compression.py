"""Bodies without their compression (RFC 9110, section 8.4), within a limit: a small one may stand for a huge one."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

from crm_contracts.judge.exchange import Headers

_GZIP: Final = 16 + zlib.MAX_WBITS
_ZLIB: Final = zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS
KNOWN: Final = ("gzip", "x-gzip", "deflate", "identity")
"""Codings that can be undone."""


class Undecodable(Exception):
    """A body cannot be had without its compression. The message says why, for a sentence that begins with the body."""


def codings(headers: Headers) -> list[str]:
    """Return what a body was compressed with, in the order in which that was done."""
    values = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    return [coding for each in values.split(",") if (coding := each.strip().lower()) not in ("", "identity")]


def decompressed(body: bytes, applied: Iterable[str], most: int) -> bytes:
    """Return a body without its compression.

    Args:
        body: as sent.
        applied: what it was compressed with, in that order; see `codings`.
        most: bytes that it may have afterwards.

    Raises:
        Undecodable: the coding is unknown, the body is something else, or too large.
    """
    for coding in reversed(list(applied)):
        if coding not in KNOWN:
            raise Undecodable(f"has a Content-Encoding that is not known here: {coding}")
        if body:  # a HEAD has the header, and no body
            body = _undone(body, coding, most)
    return body


def _undone(body: bytes, coding: str, most: int) -> bytes:
    if coding == "deflate":
        return _inflated(body, _ZLIB if _is_zlib(body) else _RAW, coding, most)[0]
    whole, rest = b"", body
    while rest:  # one member behind the other
        member, rest = _inflated(rest, _GZIP, coding, most - len(whole))
        whole += member
    return whole


def _is_zlib(body: bytes) -> bool:
    """Tell whether a body begins as RFC 1950 says; many send what "deflate" is named after (RFC 1951) without it."""
    return len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0


def _inflated(body: bytes, form: int, coding: str, most: int) -> tuple[bytes, bytes]:
    """Return what a stream stands for, and what comes behind it."""
    stream = zlib.decompressobj(form)
    try:
        whole = stream.decompress(body, most + 1)
    except zlib.error:
        raise Undecodable(f"is not {coding}, as its Content-Encoding says") from None
    if len(whole) > most:
        raise Undecodable(f"has more than {most} bytes when it is decompressed")
    if not stream.eof:
        raise Undecodable(f"ends before its {coding} does")
    return whole, stream.unused_data
