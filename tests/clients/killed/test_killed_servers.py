"""Servers and `diff --since`, killed at any moment, lose nothing that they recorded, and leave nothing behind."""

from __future__ import annotations

import http.client
import random
import signal
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import crm_mocks
from crm_contracts.recordings import read
from crm_contracts.recordings.journal.verdict import verdict_on_journal
from crm_mocks.cli.vendors import load_vendors
from tests.clients.stopping.process import running, running_endlessly
from tests.server.serving import any_vendor, first_path

VENDOR = any_vendor()
KILLS = 8


@pytest.fixture(scope="module")
def provider():
    with crm_mocks.serve((VENDOR,), port=0) as mocks:
        yield mocks.url


def count_responses(url: str, counted: list[str]) -> None:
    """Send requests until the server is gone, and note each response."""
    at = urlsplit(url)
    try:
        connection = http.client.HTTPConnection(at.hostname, at.port, timeout=30)
        while True:
            connection.request("POST", first_path(VENDOR), b"{}", {"Content-Type": "application/json"})
            connection.getresponse().read()
            counted.append(url)
    except (OSError, http.client.HTTPException):
        return


@pytest.mark.parametrize("kind", ["proxy", "serve"])
def test_a_killed_server_loses_nothing_and_leaves_nothing(kind: str, provider: str, tmp_path: Path) -> None:
    chosen = random.Random(kind)
    more = ("--to", provider) if kind == "proxy" else ()
    arguments = (kind, VENDOR, "--port", "0", "--journal", "journal.jsonl", *more)
    counted: list[str] = []
    for number in range(KILLS):
        before = len(counted)
        with running(tmp_path, *arguments) as server:
            client = threading.Thread(target=count_responses, args=(server.url(), counted), daemon=True)
            client.start()
            while number % 2 and len(counted) == before:  # the others may be killed before the first response
                time.sleep(0.01)
            time.sleep(chosen.random() * 0.3)
            server.process.kill()
            client.join(60)
            server.assert_nothing_is_left()
    notes: list[str] = []
    assert len(counted) > 0
    assert sum(1 for _ in read(tmp_path / "journal.jsonl", notes.append)) >= len(counted)
    assert verdict_on_journal(tmp_path / "journal.jsonl", load_vendors(()), notes.append).exchanges >= len(counted)
    assert not notes


@pytest.mark.parametrize("kind", ["proxy", "serve"])
def test_a_killed_server_leaves_no_certificate(kind: str, provider: str, tmp_path: Path) -> None:
    more = ("--to", provider) if kind == "proxy" else ()
    with running(tmp_path, kind, VENDOR, "--port", "0", "--tls", *more) as server:
        server.url()
        assert list(server.temporary.iterdir())
        server.process.kill()
        server.assert_nothing_is_left()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda each: each.name)
def test_a_comparison_with_a_revision_leaves_no_folder(number: signal.Signals, tmp_path: Path) -> None:
    contract = tmp_path / "contract.yaml"
    contract.write_text("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n")
    for words in ("init -q", "add .", "-c user.name=a -c user.email=a@b.invalid commit -q -m one"):
        subprocess.run(["git", *words.split()], cwd=tmp_path, check=True)
    arguments = ("diff", "--since", "HEAD", str(contract))
    with running_endlessly(tmp_path, "crm_contracts.diff:compare", *arguments) as command:
        command.wait_for(tmp_path / "started")
        assert list(command.temporary.iterdir())
        command.process.send_signal(number)
        assert command.process.wait(60) in (-signal.SIGKILL, 128 + signal.SIGTERM)
        command.assert_nothing_is_left()
