"""A file that is not a recording is a usage error of one line that names it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from crm_contracts.judge.exchange import Exchange
from crm_contracts.recordings import read
from crm_mocks.errors import UsageError
from tests.recordings.making import cassette, har, ruby_cassette

BROKEN = {
    "nothing": b"",
    "half a HAR": b'{"log": {"entries": [',
    "not an object": b"[1, 2]",
    "a bare string": b"hello",
    "another document": b'{"openapi": "3.0.3"}',
    "YAML with a tag": b"interactions: !!python/object/apply:os.system ['true']",
    "invalid YAML": b"interactions: [",
    "recursive YAML": b"interactions: &a [*a]",
    "entries that are not a list": b'{"log": {"entries": {}}}',
    "an entry that is not an object": b'{"log": {"entries": [1]}}',
    "no request": b'{"interactions": [{"response": {}}]}',
    "bytes": bytes(range(256)),
    "deep nesting": b"[" * 100_000,
    "digits in base 60": b"interactions: 1" + b":59" * 300 + b".5",
    "millions of digits in base 60": b"interactions: 1" + b":59" * 700_000,
    "a list that 400 headers share": b"interactions: [{request: {headers: {a: &a [%s]%s}}}]"
    % (b",".join([b"a"] * 20_000), b"".join(b", h%d: *a" % number for number in range(400))),
}


def error_of(path: Path) -> str:
    with pytest.raises(UsageError) as error:
        list(read(path, lambda _: None))
    return str(error.value)


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_malformed_file_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.har"
    path.write_bytes(content)
    message = error_of(path)
    assert "broken.har" in message
    assert "\n" not in message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "nope.har" in error_of(tmp_path / "nope.har")


def test_a_malformed_entry_is_skipped_and_named(tmp_path: Path, exchange: Exchange) -> None:
    document = har([exchange, exchange, exchange])
    document["log"]["entries"][1]["request"]["url"] = 5
    path = tmp_path / "half.har"
    path.write_text(json.dumps(document), "utf-8")
    notes: list[str] = []
    assert [each.source for each in read(path, notes.append)] == ["half.har, entry 1", "half.har, entry 3"]
    assert notes == ["half.har, entry 2: skipped, request.url must be a string"]


def test_complete_entries_of_an_interrupted_har_are_read(tmp_path: Path, exchange: Exchange) -> None:
    path = tmp_path / "cut.har"
    path.write_text(json.dumps(har([exchange, exchange, exchange]))[:-300], "utf-8")
    notes: list[str] = []
    assert [each.source for each in read(path, notes.append)] == ["cut.har, entry 1", "cut.har, entry 2"]
    assert notes == ["cut.har, entry 3: skipped, the file ends within it"]


def test_complete_interactions_of_an_interrupted_cassette_are_read(tmp_path: Path, exchange: Exchange) -> None:
    path = tmp_path / "cut.yaml"
    text = yaml.safe_dump(cassette([exchange, exchange, exchange]), sort_keys=False)
    path.write_text(text[: text.rindex("status:") - 30] + "'", "utf-8")
    assert len(list(read(path, lambda _: None))) == 2


def test_a_file_of_malformed_entries_only_is_a_usage_error(tmp_path: Path, exchange: Exchange) -> None:
    document = har([exchange])
    document["log"]["entries"][0]["request"]["url"] = 5
    path = tmp_path / "half.har"
    path.write_text(json.dumps(document), "utf-8")
    assert error_of(path).endswith("half.har, entry 1: request.url must be a string")


def paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(each for key, value in inner for each in paths(value, (*path, key)))]


@pytest.mark.parametrize("make", [har, cassette, ruby_cassette])
def test_any_value_in_a_recording_is_read_or_a_usage_error(tmp_path: Path, exchange: Exchange, make: Any) -> None:
    document = make([exchange])
    path = tmp_path / "odd.har"
    for path_in_document in paths(document)[1:]:
        for odd in (None, -1, True, 1e300, "", "\ud800", [], {}, [None], {"a": []}):
            changed = copy.deepcopy(document)
            node = changed
            for step in path_in_document[:-1]:
                node = node[step]
            node[path_in_document[-1]] = odd
            path.write_text(json.dumps(changed), "utf-8")
            try:
                for exchange_read in read(path, lambda _: None):
                    assert isinstance(exchange_read.request_body, bytes)
                    assert isinstance(exchange_read.status, int)
            except UsageError as error:
                assert "\n" not in str(error)  # noqa: PT017  # most values are accepted


@pytest.mark.parametrize("time", ["1" + "0" * 400, "1" + "0" * 4999, "1e400", "-1", "NaN"])
def test_a_time_that_no_number_holds_was_not_recorded(time: str, tmp_path: Path, exchange: Exchange) -> None:
    document = json.dumps(har([exchange])).replace('"time": 0', f'"time": {time}')
    path = tmp_path / "large.har"
    path.write_text(document.replace('"request"', f'"time": {time}, "request"', 1), "utf-8")
    assert [each.milliseconds for each in read(path, lambda _: None)] == [None]
