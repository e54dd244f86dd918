"""Header fields that the proxy forwards."""

from __future__ import annotations

import pytest

from crm_contracts.providers.proxy.headers import request_fields, response_fields


def to_provider(*sent, length=0):
    return request_fields([(name.encode(), value.encode()) for name, value in sent], b"crm.example.com", length)


def to_client(*sent, method="GET", status=200, length=5):
    fields = response_fields([(name.encode(), value.encode()) for name, value in sent], method, status, length)
    return [(name.decode(), value.decode()) for name, value in fields]


def test_end_to_end_fields_are_forwarded_unchanged():
    assert (b"authorization", b"Basic eA==") in to_provider(("authorization", "Basic eA=="))


def test_a_repeated_field_is_forwarded_repeatedly():
    assert [value for name, value in to_provider(("x-a", "1"), ("x-a", "2")) if name == b"x-a"] == [b"1", b"2"]


@pytest.mark.parametrize(
    "name",
    ["connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "proxy-authorization", "expect"],
)
def test_hop_by_hop_fields_are_not_forwarded(name):
    assert name.encode() not in dict(to_provider((name, "x")))


def test_fields_named_in_connection_are_not_forwarded():
    assert b"x-hop" not in dict(to_provider(("connection", "close, X-Hop"), ("x-hop", "1")))


def test_the_host_is_that_of_the_provider():
    assert [value for name, value in to_provider(("host", "evil.example.com")) if name.lower() == b"host"] == [
        b"crm.example.com"
    ]


def test_via_is_added():
    assert (b"Via", b"1.1 crm-mocks") in to_provider()


@pytest.mark.parametrize(
    ("accepted", "forwarded"),
    [("gzip, br, zstd", "gzip"), ("br;q=1, deflate;q=0.5", "deflate;q=0.5"), ("br", "identity"), ("*", "identity")],
)
def test_only_supported_codings_are_accepted(accepted, forwarded):
    assert dict(to_provider(("accept-encoding", accepted)))[b"Accept-Encoding"] == forwarded.encode()


def test_accept_encoding_is_not_added():
    assert b"Accept-Encoding" not in dict(to_provider())


def test_a_chunked_request_is_forwarded_with_its_length():
    fields = dict(to_provider(("transfer-encoding", "chunked"), length=7))
    assert fields[b"Content-Length"] == b"7"
    assert b"transfer-encoding" not in fields


def test_the_length_of_an_empty_body_is_forwarded():
    assert dict(to_provider(("content-length", "0")))[b"Content-Length"] == b"0"


def test_a_request_without_a_body_gets_no_length():
    assert b"Content-Length" not in dict(to_provider())


def test_a_chunked_response_is_forwarded_with_its_length():
    assert to_client(("Transfer-Encoding", "chunked"), ("X-A", "1")) == [("X-A", "1"), ("Content-Length", "5")]


def test_the_response_to_head_keeps_its_length():
    assert to_client(("Content-Length", "99"), method="HEAD", length=0) == [("Content-Length", "99")]


@pytest.mark.parametrize("status", [204, 304])
def test_responses_without_a_body_have_no_length(status):
    assert to_client(("Content-Length", "99"), status=status, length=0) == []


def test_cookies_are_not_joined():
    assert to_client(("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))[:2] == [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
