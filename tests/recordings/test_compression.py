"""Decompression of bodies, with a size limit."""

from __future__ import annotations

import functools
import gzip
import tracemalloc
import zlib

import brotli
import pytest

from crm_contracts.recordings.compression import MAX_CODINGS, MAX_MEMBERS, Undecodable, content_codings, decompress

TEXT = b'{"name": "Zo\xc3\xab"}' * 20
LIMIT = 10_000


def raw_deflate(body):
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(body) + stream.flush()


gzipped = functools.partial(gzip.compress, mtime=0)
"""Deterministic, since all xdist workers must collect the same tests."""


@pytest.mark.parametrize(
    ("applied", "body"),
    [
        ([], TEXT),
        (["gzip"], gzipped(TEXT)),
        (["x-gzip"], gzipped(TEXT)),
        (["deflate"], zlib.compress(TEXT)),
        (["deflate"], raw_deflate(TEXT)),
        (["gzip", "deflate"], zlib.compress(gzipped(TEXT))),
        (["gzip"], gzipped(TEXT[:9]) + gzipped(TEXT[9:])),
    ],
)
def test_supported_codings_are_decompressed(applied, body):
    assert decompress(body, applied, LIMIT) == TEXT


def test_an_empty_body_is_not_decompressed():
    assert decompress(b"", ["gzip"], LIMIT) == b""


@pytest.mark.parametrize(
    ("applied", "body", "why"),
    [
        (["compress"], TEXT, "has an unsupported Content-Encoding: compress"),
        (["gzip"], TEXT, "is not gzip, contrary to its Content-Encoding"),
        (["deflate"], TEXT, "is not deflate, contrary to its Content-Encoding"),
        (["gzip"], gzipped(TEXT)[:-9], "is truncated gzip"),
        (["gzip"], gzipped(TEXT) + b"rest", "is not gzip, contrary to its Content-Encoding"),
        (["gzip"], gzipped(bytes(LIMIT + 1)), f"exceeds {LIMIT} bytes when decompressed"),
        (["gzip", "gzip"], gzipped(gzipped(bytes(10**6))), f"exceeds {LIMIT} bytes"),
        (["gzip"], gzipped(bytes(LIMIT - 1)) + gzipped(b"ab"), "exceeds"),
        (["gzip"], gzipped(b"") * (MAX_MEMBERS + 1), f"has more than {MAX_MEMBERS} gzip members"),
        (["gzip"] * (MAX_CODINGS + 1), TEXT, f"has more than {MAX_CODINGS} content codings"),
    ],
)
def test_an_invalid_or_too_large_body_is_an_error(applied, body, why):
    with pytest.raises(Undecodable, match=why):
        decompress(body, applied, LIMIT)


def test_codings_are_in_the_order_of_their_application():
    headers = (("Content-Encoding", "GZIP, identity"), ("content-encoding", " deflate"))
    assert content_codings(headers) == ["gzip", "deflate"]


def test_a_small_body_of_brotli_takes_little_memory():
    compressor = brotli.Compressor(quality=1)
    bomb = b"".join(compressor.process(bytes(2**24)) + compressor.flush() for _ in range(16)) + compressor.finish()
    tracemalloc.start()
    try:
        with pytest.raises(Undecodable, match="exceeds"):
            decompress(bomb, ["br"], LIMIT)
        assert tracemalloc.get_traced_memory()[1] < 2**27
    finally:
        tracemalloc.stop()
