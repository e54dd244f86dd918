"""Decompression of bodies, with a size limit."""

from __future__ import annotations

import functools
import gzip
import zlib

import pytest

from crm_contracts.recordings.compression import Undecodable, content_codings, decompress

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
    ],
)
def test_an_invalid_or_too_large_body_is_an_error(applied, body, why):
    with pytest.raises(Undecodable, match=why):
        decompress(body, applied, LIMIT)


def test_codings_are_in_the_order_of_their_application():
    headers = (("Content-Encoding", "GZIP, identity"), ("content-encoding", " deflate"))
    assert content_codings(headers) == ["gzip", "deflate"]
