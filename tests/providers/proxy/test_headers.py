"""Header fields on their way through the proxy."""

from __future__ import annotations

import pytest

from crm_contracts.providers.proxy.headers import answer_fields, request_fields


def to_provider(*given, length=0):
    return request_fields([(name.encode(), value.encode()) for name, value in given], b"crm.example.com", length)


def to_client(*given, method="GET", status=200, length=5):
    fields = answer_fields([(name.encode(), value.encode()) for name, value in given], method, status, length)
    return [(name.decode(), value.decode()) for name, value in fields]


def test_fields_for_the_provider_stay_as_they_are():
    assert (b"authorization", b"Basic eA==") in to_provider(("authorization", "Basic eA=="))


def test_a_field_that_comes_twice_goes_twice():
    assert [value for name, value in to_provider(("x-a", "1"), ("x-a", "2")) if name == b"x-a"] == [b"1", b"2"]


@pytest.mark.parametrize(
    "name",
    ["connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "proxy-authorization", "expect"],
)
def test_fields_for_the_proxy_stay_there(name):
    assert name.encode() not in dict(to_provider((name, "x")))


def test_fields_named_in_connection_stay_here_too():
    assert b"x-hop" not in dict(to_provider(("connection", "close, X-Hop"), ("x-hop", "1")))


def test_the_host_is_the_providers_whatever_the_client_says():
    assert [value for name, value in to_provider(("host", "evil.example.com")) if name.lower() == b"host"] == [
        b"crm.example.com"
    ]


def test_a_gateway_tells_that_it_was_there():
    assert (b"Via", b"1.1 crm-mocks") in to_provider()


@pytest.mark.parametrize(
    ("accepted", "passed"),
    [("gzip, br, zstd", "gzip"), ("br;q=1, deflate;q=0.5", "deflate;q=0.5"), ("br", "identity"), ("*", "identity")],
)
def test_only_codings_are_asked_for_that_can_be_undone(accepted, passed):
    assert dict(to_provider(("accept-encoding", accepted)))[b"Accept-Encoding"] == passed.encode()


def test_no_coding_is_asked_for_where_the_client_names_none():
    assert b"Accept-Encoding" not in dict(to_provider())


def test_a_body_in_chunks_goes_with_its_length():
    fields = dict(to_provider(("transfer-encoding", "chunked"), length=7))
    assert fields[b"Content-Length"] == b"7"
    assert b"transfer-encoding" not in fields


def test_an_empty_body_that_was_announced_is_announced():
    assert dict(to_provider(("content-length", "0")))[b"Content-Length"] == b"0"


def test_a_request_without_a_body_gets_no_length():
    assert b"Content-Length" not in dict(to_provider())


def test_an_answer_in_chunks_goes_with_its_length():
    assert to_client(("Transfer-Encoding", "chunked"), ("X-A", "1")) == [("X-A", "1"), ("Content-Length", "5")]


def test_an_answer_to_head_keeps_the_length_that_a_get_would_have():
    assert to_client(("Content-Length", "99"), method="HEAD", length=0) == [("Content-Length", "99")]


@pytest.mark.parametrize("status", [204, 304])
def test_answers_that_have_no_body_have_no_length(status):
    assert to_client(("Content-Length", "99"), status=status, length=0) == []


def test_each_cookie_is_a_field_of_its_own():
    assert to_client(("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))[:2] == [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
