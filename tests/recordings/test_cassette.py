"""Cassettes of VCR are read as the exchanges that were recorded, whichever VCR has written them."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crm_contracts.judge.exchange import Exchange, Part
from tests.recordings.making import cassette, ruby_cassette
from tests.recordings.reading import as_json, as_yaml, told

Writer = Callable[[Path, Any], list[Exchange]]
GZIP = ("Content-Encoding", "gzip")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cassette.yaml"


@pytest.mark.parametrize("write", [as_yaml, as_json])
@pytest.mark.parametrize("make", [cassette, ruby_cassette])
def test_an_interaction_is_the_exchange_that_it_records(
    file: Path, exchange: Exchange, write: Writer, make: Callable[[list[Exchange]], Any]
) -> None:
    [found] = write(file, make([exchange]))
    assert told(found) == told(exchange)
    assert found.source == "cassette.yaml, entry 1"


def test_the_time_of_a_recording_is_kept(file: Path, exchange: Exchange) -> None:
    assert as_yaml(file, ruby_cassette([exchange]))[0].at == "2026-01-31T12:00:00+00:00"


def test_a_compressed_answer_is_decompressed(file: Path, exchange: Exchange) -> None:
    compressed = replace(
        exchange,
        response_body=gzip.compress(exchange.response_body),
        response_headers=(*exchange.response_headers, GZIP),
    )
    [found] = as_yaml(file, cassette([compressed]))
    assert found.response_body == exchange.response_body


def test_a_compression_that_was_undone_is_not_undone_again(file: Path, exchange: Exchange) -> None:
    [found] = as_yaml(file, cassette([replace(exchange, response_headers=(*exchange.response_headers, GZIP))]))
    assert found.response_body == exchange.response_body


def test_a_body_in_an_unknown_compression_is_unknown(file: Path, exchange: Exchange) -> None:
    odd = replace(exchange, response_body=b"\x8b\xff\x00", response_headers=(("Content-Encoding", "br"),))
    [found] = as_yaml(file, cassette([odd]))
    assert Part.RESPONSE_BODY in found.missing_parts


def test_the_older_form_of_httpx_is_known(file: Path, exchange: Exchange) -> None:
    document = cassette([exchange])
    answer = document["interactions"][0]["response"]
    document["interactions"][0]["response"] = {
        "status_code": 201,
        "http_version": "HTTP/1.1",
        "headers": answer["headers"],
        "content": '{"id": 1}',
    }
    assert told(as_yaml(file, document)[0]) == told(exchange)


def test_a_request_without_body_has_none(file: Path, exchange: Exchange) -> None:
    assert as_yaml(file, cassette([replace(exchange, request_body=b"")]))[0].request_body == b""


def test_credentials_may_have_been_filtered_out(file: Path, exchange: Exchange) -> None:
    assert as_yaml(file, cassette([exchange]))[0].missing_parts == (Part.CREDENTIALS,)
