"""Cassettes have the format of vcrpy."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.proxy.cassette import Cassette
from crm_mocks.errors import UsageError

EXCHANGE = Exchange(
    "POST",
    "https://crm.example.com/v1/leads?a=1",
    (
        ("Host", "127.0.0.1:4020"),
        ("Content-Type", "application/json"),
        ("content-length", "99"),
        ("X-A", "1"),
        ("X-A", "2"),
    ),
    b'{"name": "Zo\xc3\xab"}',
    201,
    (("Content-Encoding", "gzip"), ("Content-Length", "20"), ("Content-Type", "text/plain")),
    b"made",
)


def written(path, *exchanges):
    with Cassette(path) as cassette:
        for exchange in exchanges:
            cassette.add(exchange)
    return yaml.safe_load(path.read_text("utf-8"))


def test_an_exchange_is_written_in_the_format_of_vcrpy(tmp_path):
    assert written(tmp_path / "c.yaml", EXCHANGE) == {
        "version": 1,
        "interactions": [
            {
                "request": {
                    "method": "POST",
                    "uri": "https://crm.example.com/v1/leads?a=1",
                    "body": '{"name": "Zoë"}',
                    "headers": {"Content-Type": ["application/json"], "X-A": ["1", "2"], "Content-Length": ["16"]},
                },
                "response": {
                    "status": {"code": 201, "message": "Created"},
                    "headers": {"Content-Type": ["text/plain"], "Content-Length": ["4"]},
                    "body": {"string": "made"},
                },
            }
        ],
    }


def test_exchanges_are_written_in_order(tmp_path):
    second = Exchange("GET", "http://x/2", status=200)
    interactions = written(tmp_path / "c.yaml", EXCHANGE, second, EXCHANGE)["interactions"]
    assert [each["request"]["method"] for each in interactions] == ["POST", "GET", "POST"]


@pytest.mark.parametrize(
    "body", [bytes(range(256)), b"\xff", "\x00\x01\x7f\x85\u2028\ufeff\r\n\t\U0001f600 ".encode(), b"no", b"1", b"\n"]
)
def test_a_body_is_read_back_unchanged(tmp_path, body):
    exchange = Exchange("POST", "http://x/", request_body=body, status=200, response_body=body)
    (interaction,) = written(tmp_path / "c.yaml", exchange)["interactions"]
    for text in (interaction["request"]["body"], interaction["response"]["body"]["string"]):
        assert (text.encode() if isinstance(text, str) else text) == body


def test_an_exchange_without_a_response_is_omitted(tmp_path):
    assert written(tmp_path / "c.yaml", Exchange("GET", "http://x/", failure="no connection"))["interactions"] == []


def test_a_status_without_a_reason_phrase_is_written(tmp_path):
    (interaction,) = written(tmp_path / "c.yaml", Exchange("GET", "http://x/", status=299))["interactions"]
    assert interaction["response"]["status"] == {"code": 299, "message": ""}


def test_the_file_can_be_read_after_each_exchange(tmp_path):
    path = tmp_path / "c.yaml"
    with Cassette(path) as cassette:
        for count in (1, 2):
            cassette.add(EXCHANGE)
            assert len(yaml.safe_load(path.read_text("utf-8"))["interactions"]) == count


def test_a_file_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"cannot write the cassette .*: No such file or directory"):
        Cassette(tmp_path / "missing" / "c.yaml")


def test_a_full_disk_is_reported_on_close():
    cassette = Cassette(Path("/dev/full"))
    cassette.add(EXCHANGE)
    with pytest.raises(UsageError, match="cannot write the cassette /dev/full: No space left on device"):
        cassette.close()


def test_only_the_owner_may_read_the_file(tmp_path):
    path = tmp_path / "cassette.yaml"
    path.write_text("old")
    path.chmod(0o644)
    with Cassette(path):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_cassette_that_another_program_replaces_is_reported(tmp_path):
    first, second = Cassette(tmp_path / "c.yaml"), Cassette(tmp_path / "c.yaml")
    first.add(EXCHANGE)
    second.add(EXCHANGE)
    second.close()
    with pytest.raises(UsageError, match=r"c\.yaml: it was removed or replaced while it was written"):
        first.close()
