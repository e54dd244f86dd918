"""Heads of responses: those that repeat are encoded once."""

from __future__ import annotations

import pytest

from crm_mocks.server import response_head
from crm_mocks.server.response_head import encode_head


def head(*headers: tuple[str, str], keep_case: bool = False, can_chunk: bool = True) -> list[bytes]:
    """Return the lines of a response with status 200."""
    encoded, *_ = encode_head(
        200, list(headers), keep_case=keep_case, is_head=False, keep_alive=True, can_chunk=can_chunk
    )
    return encoded.split(b"\r\n")


def test_a_name_keeps_its_case_only_where_that_is_asked_for() -> None:
    sent = ("X-Tag", "a"), ("content-length", "0")
    for _ in range(2):
        assert head(*sent)[1:3] == [b"x-tag: a", b"content-length: 0"]
        assert head(*sent, keep_case=True)[1:3] == [b"X-Tag: a", b"content-length: 0"]


@pytest.mark.parametrize("header", [("x-a:", "b"), ("x-a", "b\r\nx-c: d"), ("x-a", "\n" + "b" * 1_000)])
def test_a_header_that_cannot_be_sent_is_refused_each_time(header: tuple[str, str]) -> None:
    for _ in range(2):
        with pytest.raises(RuntimeError):
            head(header)


def test_a_long_value_is_sent() -> None:
    assert head(("x-long", "b" * 1_000), ("content-length", "0"))[1] == b"x-long: " + b"b" * 1_000


def test_a_head_that_repeats_says_whether_its_own_connection_stays_open() -> None:
    sent = [("content-length", "5")]
    for keeps_alive in (True, False, True):
        flags = {"keep_case": False, "is_head": False, "can_chunk": True}
        encoded, chunked, length, stays_open = encode_head(200, list(sent), keep_alive=keeps_alive, **flags)
        assert (chunked, length, stays_open) == (False, 5, keeps_alive)
        assert (b"connection: close" in encoded) is not keeps_alive


def test_heads_are_remembered_within_bounds() -> None:
    for number in range(2 * response_head._MAX_ENCODED):
        head(("x-number", str(number)))
    remembered = len(response_head._ENCODED)
    assert remembered <= response_head._MAX_ENCODED
    head(("x-long", "b" * 2_000))
    assert len(response_head._ENCODED) == remembered


def test_a_client_without_chunks_gets_no_transfer_encoding() -> None:
    assert head(("Transfer-Encoding", "chunked"), can_chunk=False) == [b"HTTP/1.1 200 OK", b"", b""]
    assert head(can_chunk=False) == [b"HTTP/1.1 200 OK", b"", b""]
    assert head()[1] == b"transfer-encoding: chunked"
