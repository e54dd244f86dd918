"""Heads and header lines that clients repeat are parsed once."""

from __future__ import annotations

from crm_mocks.server import header_fields, request_head
from crm_mocks.server.request_head import parse_head


def test_an_absolute_target_changes_the_host_of_its_own_request_only() -> None:
    lines = b" HTTP/1.1\r\nHost: first.example\r\nAccept: */*"
    rewritten = parse_head(b"GET http://second.example/" + lines, 100)
    later = parse_head(b"GET /" + lines, 100)
    assert rewritten.headers.by_name == {"host": "second.example", "accept": "*/*"}
    assert later.headers.by_name == {"host": "first.example", "accept": "*/*"}


def test_long_headers_are_parsed_and_not_remembered() -> None:
    before = header_fields._read_field.cache_info()
    head = parse_head(b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: \t" + b"b" * 2_000 + b" ", 100)
    assert head.headers.decoded == [("host", "a"), ("x-long", "b" * 2_000)]
    assert header_fields._read_field.cache_info() == before


def test_requests_with_the_same_head_have_headers_of_their_own() -> None:
    raw = b"POST /a%20b?c HTTP/1.1\r\nHost: a\r\nContent-Length: 3"
    first, second = parse_head(raw, 100), parse_head(raw, 100)
    first.headers.decoded.clear()
    first.headers.by_name.clear()
    first.keep_alive, first.length = False, 0
    for head in (second, parse_head(raw, 100)):
        assert (head.path, head.target, head.length, head.keep_alive) == ("/a b", b"/a%20b?c", 3, True)
        assert head.headers.decoded == [("host", "a"), ("content-length", "3")]
        assert head.headers.by_name == {"host": "a", "content-length": "3"}


def test_long_heads_are_parsed_and_not_remembered() -> None:
    before = request_head._parse.cache_info()
    assert parse_head(b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"b" * 2_000, 100).path == "/"
    assert request_head._parse.cache_info() == before
