"""Undoing the compression of bodies, within a limit."""

from __future__ import annotations

import functools
import gzip
import zlib

import pytest

from crm_contracts.recordings.compression import Undecodable, codings, decompressed

TEXT = b'{"name": "Zo\xc3\xab"}' * 20
MOST = 10_000


def raw_deflate(body):
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(body) + stream.flush()


gzipped = functools.partial(gzip.compress, mtime=0)
"""The same bytes in all workers, which have to find the same tests."""


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
def test_what_was_compressed_is_had_again(applied, body):
    assert decompressed(body, applied, MOST) == TEXT


def test_no_body_stays_none_whatever_the_header_says():
    assert decompressed(b"", ["gzip"], MOST) == b""


@pytest.mark.parametrize(
    ("applied", "body", "why"),
    [
        (["br"], TEXT, "has a Content-Encoding that is not known here: br"),
        (["gzip"], TEXT, "is not gzip, as its Content-Encoding says"),
        (["deflate"], TEXT, "is not deflate, as its Content-Encoding says"),
        (["gzip"], gzipped(TEXT)[:-9], "ends before its gzip does"),
        (["gzip"], gzipped(TEXT) + b"rest", "is not gzip, as its Content-Encoding says"),
        (["gzip"], gzipped(bytes(MOST + 1)), f"has more than {MOST} bytes when it is decompressed"),
        (["gzip", "gzip"], gzipped(gzipped(bytes(10**6))), f"has more than {MOST} bytes"),
        (["gzip"], gzipped(bytes(MOST - 1)) + gzipped(b"ab"), "has more than"),
    ],
)
def test_what_cannot_be_had_again_is_told(applied, body, why):
    with pytest.raises(Undecodable, match=why):
        decompressed(body, applied, MOST)


def test_codings_stand_in_the_order_in_which_they_were_applied():
    assert codings((("Content-Encoding", "GZIP, identity"), ("content-encoding", " deflate"))) == ["gzip", "deflate"]
