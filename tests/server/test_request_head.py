"""Header lines that clients repeat are parsed once."""

from __future__ import annotations

from crm_mocks.server import header_fields
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
