"""Cassettes are read as the recorded exchanges, whichever VCR wrote them."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crm_contracts.judge.exchange import Exchange, Part
from tests.recordings.making import cassette, ruby_cassette
from tests.recordings.reading import as_json, as_yaml, recorded_parts

Writer = Callable[[Path, Any], list[Exchange]]
GZIP = ("Content-Encoding", "gzip")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cassette.yaml"


@pytest.mark.parametrize("write", [as_yaml, as_json])
@pytest.mark.parametrize("make", [cassette, ruby_cassette])
def test_an_interaction_is_read_as_its_exchange(
    file: Path, exchange: Exchange, write: Writer, make: Callable[[list[Exchange]], Any]
) -> None:
    [read] = write(file, make([exchange]))
    assert recorded_parts(read) == recorded_parts(exchange)
    assert read.source == "cassette.yaml, entry 1"


def test_the_time_of_an_interaction_is_read(file: Path, exchange: Exchange) -> None:
    assert as_yaml(file, ruby_cassette([exchange]))[0].at == "2026-01-31T12:00:00+00:00"


def test_a_compressed_response_is_decompressed(file: Path, exchange: Exchange) -> None:
    compressed = replace(
        exchange,
        response_body=gzip.compress(exchange.response_body),
        response_headers=(*exchange.response_headers, GZIP),
    )
    [read] = as_yaml(file, cassette([compressed]))
    assert read.response_body == exchange.response_body


def test_a_body_that_is_already_decompressed_is_unchanged(file: Path, exchange: Exchange) -> None:
    [read] = as_yaml(file, cassette([replace(exchange, response_headers=(*exchange.response_headers, GZIP))]))
    assert read.response_body == exchange.response_body


def test_a_body_with_an_unsupported_compression_is_missing(file: Path, exchange: Exchange) -> None:
    odd = replace(exchange, response_body=b"\x8b\xff\x00", response_headers=(("Content-Encoding", "br"),))
    [read] = as_yaml(file, cassette([odd]))
    assert Part.RESPONSE_BODY in read.missing_parts


def test_the_older_form_for_httpx_is_read(file: Path, exchange: Exchange) -> None:
    document = cassette([exchange])
    response = document["interactions"][0]["response"]
    document["interactions"][0]["response"] = {
        "status_code": 201,
        "http_version": "HTTP/1.1",
        "headers": response["headers"],
        "content": '{"id": 1}',
    }
    assert recorded_parts(as_yaml(file, document)[0]) == recorded_parts(exchange)


def test_a_request_without_a_body_is_read(file: Path, exchange: Exchange) -> None:
    assert as_yaml(file, cassette([replace(exchange, request_body=b"")]))[0].request_body == b""


def test_credentials_may_have_been_filtered_out(file: Path, exchange: Exchange) -> None:
    complete = replace(exchange, request_headers=(("Host", "x"),), response_headers=(("Server", "x"),))
    assert as_yaml(file, cassette([complete]))[0].missing_parts == (Part.CREDENTIALS,)
