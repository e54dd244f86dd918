"""HAR files are read as the recorded exchanges."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crm_contracts.judge.exchange import Exchange, Part
from tests.recordings.making import entry, har
from tests.recordings.reading import as_json, read_entry, recorded_parts


def test_an_entry_is_read_as_its_exchange(file: Path, exchange: Exchange) -> None:
    [read] = as_json(file, har([exchange]))
    assert recorded_parts(read) == recorded_parts(exchange)
    assert read.source == "traffic.har, entry 1"
    assert (read.at, read.milliseconds) == ("2026-01-31T12:00:00+00:00", 12.5)


def test_a_byte_order_mark_is_ignored(file: Path, exchange: Exchange) -> None:
    as_json(file, har([exchange]))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    from crm_contracts.recordings import read

    assert len(list(read(file, lambda _: None))) == 1


def test_a_response_in_base64_is_decoded(file: Path, exchange: Exchange) -> None:
    body = b"\xff\xfe\x00"
    assert read_entry(file, entry(replace(exchange, response_body=body))).response_body == body


def test_a_body_is_encoded_in_the_charset_of_its_headers(file: Path, exchange: Exchange) -> None:
    headers = (("Content-Type", "application/json; charset=iso-8859-1"),)
    value = entry(exchange)
    value["response"]["headers"] = [{"name": name, "value": content} for name, content in headers]
    value["response"]["content"]["text"] = '"Köln"'
    assert read_entry(file, value).response_body == '"Köln"'.encode("latin-1")


def test_a_form_is_encoded_from_its_parameters(file: Path, exchange: Exchange) -> None:
    value = entry(exchange)
    value["request"]["postData"] = {"mimeType": "x", "params": [{"name": "a b", "value": "1&2"}, {"name": "c"}]}
    assert read_entry(file, value).request_body == b"a+b=1%262&c="


def test_the_recorded_media_type_replaces_a_missing_content_type(file: Path, exchange: Exchange) -> None:
    value = entry(replace(exchange, response_headers=()))
    value["response"]["content"]["mimeType"] = "text/html"
    assert read_entry(file, value).response_headers == (("Content-Type", "text/html"),)


def test_a_body_that_was_not_recorded_is_missing(file: Path, exchange: Exchange) -> None:
    value = entry(exchange)
    del value["response"]["content"]["text"]
    del value["request"]["postData"]["text"]
    read = read_entry(file, value)
    assert {Part.REQUEST_BODY, Part.RESPONSE_BODY} <= set(read.missing_parts)


def test_an_empty_body_is_not_missing(file: Path, exchange: Exchange) -> None:
    headers = (("Server", "x"), ("Host", "x"))
    value = entry(
        replace(exchange, request_headers=headers, response_headers=headers, request_body=b"", response_body=b"")
    )
    value["response"]["content"] = {"size": 0}
    assert set(read_entry(file, value).missing_parts) == {Part.CREDENTIALS}


@pytest.mark.parametrize("change", [{"response": {"status": 0}}, {"_fromCache": "disk"}])
def test_a_cached_or_absent_response_is_missing(file: Path, exchange: Exchange, change: dict[str, Any]) -> None:
    assert Part.RESPONSE in read_entry(file, entry(exchange) | change).missing_parts


def test_a_request_in_base64_is_decoded(file: Path, exchange: Exchange) -> None:
    value = entry(exchange)
    value["request"]["postData"] = {"text": base64.b64encode(b"\x00").decode(), "encoding": "base64"}
    assert read_entry(file, value).request_body == b"\x00"
