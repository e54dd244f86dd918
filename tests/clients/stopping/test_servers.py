"""A stop ends servers within a second wherever they are, and what they have recorded is kept."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

import crm_mocks
from tests.clients.stopping.process import SIGNALS, running, running_endlessly
from tests.server.serving import any_vendor, first_path

VENDOR = any_vendor()
PATH = first_path(VENDOR)
REQUESTS = 20

every_signal = pytest.mark.parametrize("signals", SIGNALS.values(), ids=SIGNALS)


@pytest.fixture(scope="module")
def provider():
    with crm_mocks.serve((VENDOR,), port=0) as mocks:
        yield mocks.url


def proxy(provider: str, *arguments: str) -> list[str]:
    return ["proxy", VENDOR, "--to", provider, "--port", "0", "--journal", "journal.jsonl", *arguments]


def serve(*arguments: str) -> list[str]:
    return ["serve", VENDOR, "--port", "0", "--journal", "journal.jsonl", *arguments]


def send(url: str, count: int = REQUESTS) -> None:
    """Send requests that break the contract, and wait for their responses."""
    at = urlsplit(url)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=30)
    if at.scheme == "https":
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(at.hostname, at.port, timeout=30, context=context)
    for _ in range(count):
        connection.request("POST", PATH, b"no json", {"Content-Type": "application/json"})
        connection.getresponse().read()
    connection.close()


def journal(folder: Path) -> list[dict]:
    lines = (folder / "journal.jsonl").read_text().splitlines()
    return [entry for entry in map(json.loads, lines) if "request" in entry]


def send_in_background(url: str) -> None:
    """Send a request whose response does not come, since the server is busy."""

    def ask() -> None:
        with suppress(OSError, http.client.HTTPException):
            send(url, 1)

    threading.Thread(target=ask, daemon=True).start()


@every_signal
def test_a_proxy_that_is_starting(signals: tuple, provider: str, tmp_path: Path) -> None:
    place = "crm_contracts.providers.proxy.proxy_server:prepare"
    with running_endlessly(tmp_path, place, *proxy(provider)) as command:
        command.wait_for(tmp_path / "started")
        assert command.stop(*signals).code == 0


@every_signal
def test_a_proxy_that_has_recorded(signals: tuple, provider: str, tmp_path: Path) -> None:
    with running(tmp_path, *proxy(provider, "--tls", "--cassette", "cassette.yaml", "--json", "r.json")) as command:
        send(command.url())
        ended = command.stop(*signals)
    assert ended.code == 1
    assert "Contract broken" in ended.out
    assert json.loads((tmp_path / "r.json").read_text())["verdict"] == "broken"
    assert_recorded(tmp_path)


@every_signal
def test_a_proxy_that_is_judging(signals: tuple, provider: str, tmp_path: Path) -> None:
    with running_endlessly(
        tmp_path, "crm_contracts.judge.exchanges.collector:Collector.add_judged", *proxy(provider)
    ) as command:
        send_in_background(command.url())
        command.wait_for(tmp_path / "started")
        assert command.stop(*signals).code == 128 + signals[0]
    assert len(journal(tmp_path)) == 1


@every_signal
def test_a_proxy_that_is_reporting(signals: tuple, provider: str, tmp_path: Path) -> None:
    arguments = proxy(provider, "--tls", "--cassette", "cassette.yaml", "--json", "report.json")
    with running_endlessly(tmp_path, "crm_contracts.report.terminal:render", *arguments) as command:
        send(command.url())
        assert command.stop(*signals).code == 128 + signals[0]
    assert json.loads((tmp_path / "report.json").read_text())["verdict"] == "broken"
    assert_recorded(tmp_path)


@every_signal
def test_mocks_that_are_starting(signals: tuple, tmp_path: Path) -> None:
    with running_endlessly(tmp_path, "crm_mocks.server.process:prepare", *serve()) as command:
        command.wait_for(tmp_path / "started")
        assert command.stop(*signals).code == 0


@every_signal
@pytest.mark.parametrize("options", [(), ("--workers", "2")], ids=["one process", "workers"])
def test_mocks_that_have_recorded(signals: tuple, options: tuple[str, ...], tmp_path: Path) -> None:
    with running(tmp_path, *serve(*options)) as command:
        send(command.url())
        assert command.stop(*signals).code == 0
    assert len(journal(tmp_path)) == REQUESTS


@every_signal
def test_mocks_whose_event_loop_is_blocked(signals: tuple, tmp_path: Path) -> None:
    place = "crm_mocks.asgi.request_handler:RequestHandler.__call__"
    with running_endlessly(tmp_path, place, *serve("--tls", "--ready-file", "ready.json")) as command:
        send_in_background(command.url())
        command.wait_for(tmp_path / "started")
        assert command.stop(*signals).code == 0


def assert_recorded(folder: Path) -> None:
    """Require that journal and cassette have all exchanges that the client got a response of."""
    assert len(journal(folder)) == REQUESTS
    assert len(yaml.safe_load((folder / "cassette.yaml").read_text("utf-8"))["interactions"]) == REQUESTS
