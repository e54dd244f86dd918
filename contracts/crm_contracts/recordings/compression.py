"""Decompression of bodies (RFC 9110, section 8.4) with a size limit, against decompression bombs.

gzip and deflate are always supported; br (Brotli) and zstd if a library for them is installed.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from typing import Any, Final

from crm_contracts.judge.exchange import Headers

_GZIP: Final = 16 + zlib.MAX_WBITS
_ZLIB: Final = zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS
SUPPORTED: Final = ("gzip", "x-gzip", "deflate", "identity")
"""Codings that `decompress` supports without further libraries."""

_GZIP_MAGIC: Final = b"\x1f\x8b"
_BROTLI: Final = ("brotli", "brotlicffi")
_ZSTANDARD: Final = "zstandard"
_PIECE: Final = 4096
"""Bytes given to zlib at once: after each member of gzip, it copies what is left of them."""

_BROTLI_PIECE: Final = 32
"""Bytes given to the Brotli decoder at once, of which it makes up to 64 MiB: older versions have no limit."""

MAX_CODINGS: Final = 5
"""Maximum number of codings of a body."""

MAX_MEMBERS: Final = 10_000
"""Maximum number of gzip members of a body."""

_Decoder = Callable[[bytes, int], bytes]


class Undecodable(Exception):
    """A body cannot be decompressed. The message continues a sentence that starts with the body."""


class UnsupportedCoding(Undecodable):
    """A body has a coding for which no library is installed."""


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
        UnsupportedCoding: no library for the coding is installed.
        Undecodable: the body is invalid or too large.
    """
    applied = list(codings)
    if len(applied) > MAX_CODINGS:
        raise Undecodable(f"has more than {MAX_CODINGS} content codings")
    for coding in reversed(applied):
        decoder = _decoder(coding)
        if decoder is None:
            raise UnsupportedCoding(f"has an unsupported Content-Encoding: {coding}")
        if body:  # a response to HEAD has the header but no body
            body = decoder(body, max_bytes)
    return body


def is_compressed(body: bytes, codings: Iterable[str]) -> bool:
    """Return whether a body may still be compressed: recorders often decompress it but keep Content-Encoding.

    Args:
        body: as recorded.
        codings: applied to it; see `content_codings`.
    """
    last = list(codings)[-1:]
    if last and last[0] in ("gzip", "x-gzip"):
        return body.startswith(_GZIP_MAGIC)
    return bool(last) and not _is_text(body)


@cache
def _decoder(coding: str) -> _Decoder | None:
    """Return the decoder of a coding, or `None` if none is installed."""
    if coding in ("gzip", "x-gzip"):
        return _gunzip
    if coding == "deflate":
        return _inflate_any
    if coding == "identity":
        return lambda body, _: body
    if coding == "br":
        library = next(filter(None, map(_library, _BROTLI)), None)
        return _brotli(library) if library else None
    library = _library(_ZSTANDARD) if coding == "zstd" else None
    return _zstandard(library) if library else None


def _library(name: str) -> Any:
    """Return an optional library, or `None` if it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        return None


def _gunzip(body: bytes, max_bytes: int) -> bytes:
    decompressed, position = bytearray(), 0
    for _ in range(MAX_MEMBERS):
        member, position = _inflate(body, position, _GZIP, "gzip", max_bytes - len(decompressed), max_bytes)
        decompressed += member
        if position == len(body):
            return bytes(decompressed)
    raise Undecodable(f"has more than {MAX_MEMBERS} gzip members")


def _inflate_any(body: bytes, max_bytes: int) -> bytes:
    return _inflate(body, 0, _ZLIB if _is_zlib(body) else _RAW, "deflate", max_bytes, max_bytes)[0]


def _is_zlib(body: bytes) -> bool:
    """Return whether a body has a zlib header (RFC 1950), which many senders of "deflate" omit (RFC 1951)."""
    return len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0


def _inflate(body: bytes, position: int, wbits: int, coding: str, remaining: int, max_bytes: int) -> tuple[bytes, int]:
    """Return the decompressed stream that begins at a position, and the position after it."""
    stream, view, decompressed = zlib.decompressobj(wbits), memoryview(body), bytearray()
    try:
        while not stream.eof and position < len(body):
            piece = view[position : position + _PIECE]
            decompressed += stream.decompress(piece, remaining + 1 - len(decompressed))
            position += len(piece) - len(stream.unused_data)
            if len(decompressed) > remaining:
                raise _too_large(max_bytes)
    except zlib.error:
        raise Undecodable(f"is not {coding}, contrary to its Content-Encoding") from None
    if not stream.eof:
        raise Undecodable(f"is truncated {coding}")
    return bytes(decompressed), position


def _brotli(library: Any) -> _Decoder:
    def decode(body: bytes, max_bytes: int) -> bytes:
        decoder, decompressed = library.Decompressor(), bytearray()
        try:
            for start in range(0, len(body), _BROTLI_PIECE):
                decompressed += decoder.process(body[start : start + _BROTLI_PIECE])
                if len(decompressed) > max_bytes:
                    raise _too_large(max_bytes)
        except library.error:
            raise Undecodable("is not br, contrary to its Content-Encoding") from None
        if not decoder.is_finished():
            raise Undecodable("is truncated br")
        return bytes(decompressed)

    return decode


def _zstandard(library: Any) -> _Decoder:
    def decode(body: bytes, max_bytes: int) -> bytes:
        reader = library.ZstdDecompressor().stream_reader(io.BytesIO(body), read_across_frames=True)
        try:
            decompressed: bytes = reader.read(max_bytes + 1)
        except library.ZstdError:
            raise Undecodable("is not zstd, contrary to its Content-Encoding") from None
        if len(decompressed) > max_bytes:
            raise _too_large(max_bytes)
        return decompressed

    return decode


def _too_large(max_bytes: int) -> Undecodable:
    return Undecodable(f"exceeds {max_bytes} bytes when decompressed")


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
