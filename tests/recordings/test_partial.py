"""What a recorder has left out, lost or made up is missing, not empty."""

from __future__ import annotations

import base64
import importlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from crm_contracts.judge.exchange import Exchange, Part
from crm_contracts.recordings import compression, read
from tests.recordings.making import cassette, entry
from tests.recordings.reading import as_yaml, read_entry


def test_a_truncated_body_is_missing(file: Path, exchange: Exchange) -> None:
    value = entry(exchange)
    value["response"]["content"] |= {"text": '{"id": 1, "name": "a', "size": 1000}
    assert Part.RESPONSE_BODY in read_entry(file, value).missing_parts


def test_half_a_body_of_the_stated_size_is_kept(file: Path, exchange: Exchange) -> None:
    value = entry(exchange)
    value["response"]["content"] |= {"text": '{"id"', "size": 5}
    assert read_entry(file, value).response_body == b'{"id"'


def test_bytes_that_are_no_text_are_restored_from_lone_surrogates(file: Path, exchange: Exchange) -> None:
    value = entry(exchange)
    value["request"]["postData"]["text"] = b'{"city": "K\xf6ln"}'.decode("utf-8", "surrogateescape")
    assert read_entry(file, value).request_body == b'{"city": "K\xf6ln"}'


def test_half_a_surrogate_pair_is_a_lost_body(file: Path, exchange: Exchange) -> None:
    value = entry(exchange)
    value["response"]["content"]["text"] = '"\ud83d"'
    assert Part.RESPONSE_BODY in read_entry(file, value).missing_parts


def test_bytes_of_latin_1_in_the_file_are_kept(file: Path, exchange: Exchange) -> None:
    value = entry(exchange)
    value["response"]["content"]["text"] = '"Köln"'
    document = {"log": {"entries": [value]}}
    file.write_bytes(json.dumps(document, ensure_ascii=False).encode("latin-1"))
    [exchange] = read(file, lambda _: None)
    assert exchange.response_body == '"Köln"'.encode("latin-1")


def test_the_parameters_of_a_multipart_body_are_not_the_body(file: Path, exchange: Exchange) -> None:
    value = entry(exchange)
    value["request"]["headers"] = [{"name": "Content-Type", "value": "multipart/form-data; boundary=x"}]
    value["request"]["postData"] = {"mimeType": "multipart/form-data", "params": [{"name": "a", "fileName": "b"}]}
    assert Part.REQUEST_BODY in read_entry(file, value).missing_parts


@pytest.mark.parametrize("size", [-1, None, 5])
def test_a_post_without_post_data_may_have_had_a_body(file: Path, exchange: Exchange, size: int | None) -> None:
    value = entry(exchange)
    del value["request"]["postData"]
    value["request"]["bodySize"] = size
    assert Part.REQUEST_BODY in read_entry(file, value).missing_parts


def test_a_post_of_length_0_had_none(file: Path, exchange: Exchange) -> None:
    value = entry(exchange)
    del value["request"]["postData"]
    value["request"]["bodySize"] = -1
    value["request"]["headers"].append({"name": "Content-Length", "value": "0"})
    assert Part.REQUEST_BODY not in read_entry(file, value).missing_parts


@pytest.mark.parametrize("content", [None, {}, {"size": -1, "text": ""}, {"size": 9, "text": ""}])
def test_a_response_without_text_has_no_recorded_body(file: Path, exchange: Exchange, content: Any) -> None:
    value = entry(exchange)
    value["response"]["content"] = content
    assert Part.RESPONSE_BODY in read_entry(file, value).missing_parts


@pytest.mark.parametrize("response", [None, {}, {"status": 0}, {"status": -1}])
def test_a_failed_request_has_no_response(file: Path, exchange: Exchange, response: Any) -> None:
    read_exchange = read_entry(file, entry(exchange) | {"response": response})
    assert Part.RESPONSE in read_exchange.missing_parts
    assert read_exchange.status == 0


@pytest.mark.parametrize(
    "change",
    [
        {"_fromCache": "disk"},
        {"_fetchType": "Disk Cache"},
        {"response": {"status": 200, "_fetchedViaServiceWorker": True}},
    ],
)
def test_a_response_of_the_browser_is_missing(file: Path, exchange: Exchange, change: dict[str, Any]) -> None:
    assert Part.RESPONSE in read_entry(file, entry(exchange) | change).missing_parts


def test_a_response_that_a_test_has_made_up_is_marked(file: Path, exchange: Exchange) -> None:
    assert read_entry(file, entry(exchange) | {"_wasFulfilled": True}).ordered


def test_a_file_in_another_folder_is_not_read(file: Path, exchange: Exchange) -> None:
    (file.parent / "inner").mkdir()
    (file.parent / "secret").write_text("{}", "utf-8")
    value = entry(exchange)
    value["response"]["content"] = {"size": -1, "_file": "../secret"}
    assert Part.RESPONSE_BODY in read_entry(file.parent / "inner" / "traffic.har", value).missing_parts


@pytest.mark.parametrize("name", ["br", "zstd"])
def test_other_codings_are_decoded_if_their_library_is_installed(file: Path, exchange: Exchange, name: str) -> None:
    library = importlib.import_module({"br": "brotli", "zstd": "zstandard"}[name])
    value = entry(replace(exchange, response_headers=(*exchange.response_headers, ("Content-Encoding", name))))
    packed = library.compress(exchange.response_body)
    value["response"]["content"] |= {"encoding": "base64", "text": base64.b64encode(packed).decode()}
    assert read_entry(file, value).response_body == exchange.response_body


@pytest.mark.parametrize(("coding", "library"), [("br", "brotli"), ("zstd", "zstandard")])
def test_other_codings_have_a_size_limit_and_reject_other_bytes(coding: str, library: str) -> None:
    bomb = importlib.import_module(library).compress(bytes(10**6))
    with pytest.raises(compression.Undecodable, match="exceeds 1000 bytes"):
        compression.decompress(bomb, [coding], 1000)
    with pytest.raises(compression.Undecodable, match=f"is not {coding}"):
        compression.decompress(b"\xff\xfe\xfd" * 9, [coding], 1000)


@pytest.mark.parametrize("name", ["br", "zstd"])
def test_without_the_library_a_coding_is_unsupported(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "_library", lambda _: None)
    compression._decoder.cache_clear()
    try:
        with pytest.raises(compression.UnsupportedCoding):
            compression.decompress(b"x", [name], 100)
    finally:
        compression._decoder.cache_clear()


def test_tags_of_a_language_are_never_constructed(tmp_path: Path) -> None:
    path = tmp_path / "cassette.yaml"
    target = tmp_path / "made"
    path.write_text(f"interactions: !!python/object/apply:os.system ['touch {target}']", "utf-8")
    with pytest.raises(Exception, match="its list of exchanges must be a list"):
        list(read(path, lambda _: None))
    assert not target.exists()


def test_an_object_of_a_language_is_no_json_body(file: Path, exchange: Exchange) -> None:
    document = yaml.safe_dump(cassette([exchange]))
    body = "body: !!python/object:aiohttp.formdata.FormData {_fields: []}\n"
    file.write_text(document.replace('body: \'{"city": "Köln"}\'\n', body).replace(_dumped(exchange), body), "utf-8")
    [read_exchange] = read(file, lambda _: None)
    assert Part.REQUEST_BODY in read_exchange.missing_parts


def _dumped(exchange: Exchange) -> str:
    return yaml.safe_dump({"body": exchange.request_body.decode()})


def test_aliases_in_aliases_are_not_expanded(file: Path, exchange: Exchange) -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12))
    document = yaml.safe_dump(cassette([replace(exchange, request_body=b"BODY")]))
    file.write_text(f"l0: &l0 [1]\n{levels}\n" + document.replace("body: BODY", "body: {a: *l11}"), "utf-8")
    with pytest.raises(Exception, match=r"line 8: it has more than 4000000 values"):
        list(read(file, lambda _: None))


def test_a_null_header_was_not_recorded(file: Path, exchange: Exchange) -> None:
    document = cassette([exchange])
    document["interactions"][0]["request"]["headers"] = {"User-Agent": ["x"], "content-type": [None]}
    [read_exchange] = as_yaml(file, document)
    assert Part.REQUEST_HEADERS in read_exchange.missing_parts
