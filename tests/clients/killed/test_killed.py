"""A command that is killed at any moment loses nothing of what it recorded, and leaves nothing behind.

Fifty kills in total. The client notes each response that it got, in a file of its own: all of them must be in the
journal, which `coverage` and `check` read.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_contracts.recordings import read
from crm_contracts.recordings.journal.verdict import verdict_on_journal
from crm_mocks.cli.vendors import load_vendors
from tests.server.serving import any_vendor, first_path

CLIENT = """
import http.client, os, sys
from urllib.parse import urlsplit
url = urlsplit(os.environ["CRM_MOCKS_URL"])
log = open(sys.argv[1], "a", buffering=1)
while True:
    connection = http.client.HTTPConnection(url.hostname, url.port)
    for number in range(50):
        connection.request("POST", sys.argv[2], b"{}", {"Content-Type": "application/json", "X-Number": str(number)})
        connection.getresponse().read()
        log.write("got\\n")
    if len(sys.argv) > 3:
        break
"""
TEST = """
import http.client, os
from urllib.parse import urlsplit

def test_traffic(crm_mocks):
    url = urlsplit(crm_mocks.url)
    connection = http.client.HTTPConnection(url.hostname, url.port)
    with open(os.environ["CLIENT_LOG"], "a", buffering=1) as log:
        while True:
            connection.request("POST", f"{url.path}%s", b"{}", {"Content-Type": "application/json"})
            connection.getresponse().read()
            log.write("got\\n")
"""
COMMANDS = {"run": 14, "sweep": 12, "fuzz": 12, "pytest": 12}
_SECONDS = 120.0


def command(kind: str, folder: Path) -> list[str]:
    """Return a command that sends requests until it is killed, or for very long."""
    client, journal, log = folder / "client.py", folder / "journal.jsonl", folder / "client.log"
    path = first_path(any_vendor())
    if kind == "pytest":
        (folder / "test_traffic.py").write_text(TEST % path)
        return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--crm-mocks-journal={journal}"]
    client.write_text(CLIENT)
    words = [str(Path(sys.executable).with_name("crm-mocks")), kind, "--journal", str(journal)]
    ending = [] if kind == "run" else ["end"]
    return [*words, "--", sys.executable, str(client), str(log), path, *ending]


def marked_processes(mark: str) -> Iterator[str]:
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "environ").read_bytes():
                yield (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue


def noted(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_killed_command_loses_nothing_and_leaves_nothing(kind: str, tmp_path: Path) -> None:
    chosen = random.Random(kind)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    mark = f"MARK_{os.urandom(8).hex()}"
    environment = {**os.environ, "TMPDIR": str(temporary), "CLIENT_LOG": str(tmp_path / "client.log"), mark: "1"}
    for _ in range(COMMANDS[kind]):
        before = noted(tmp_path / "client.log")
        process = subprocess.Popen(
            command(kind, tmp_path), cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + _SECONDS
        if chosen.random() < 0.8:  # the others are killed while they start
            while noted(tmp_path / "client.log") == before and time.monotonic() < until and process.poll() is None:
                time.sleep(0.01)
        time.sleep(chosen.random() * 0.3)
        process.send_signal(signal.SIGKILL)
        process.wait()
        until = time.monotonic() + _SECONDS
        while left := list(marked_processes(mark)):
            assert time.monotonic() < until, left
            time.sleep(0.02)
    journal = tmp_path / "journal.jsonl"
    responses = noted(tmp_path / "client.log")
    assert responses > 0
    lines = journal.read_bytes().splitlines()
    assert sum(line.startswith(b'{"journal":1,') and line.endswith(b"}") for line in lines) >= responses
    for line in lines[:-1]:
        json.loads(line)
    notes: list[str] = []
    assert sum(1 for _ in read(journal, notes.append)) >= responses
    assert verdict_on_journal(journal, load_vendors(()), notes.append).exchanges >= responses
    assert not notes
    if kind == "pytest":  # nobody is left to remove the folder of the run but the next run
        (tmp_path / "test_traffic.py").write_text("def test_nothing(crm_mocks):\n    pass\n")
        run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--crm-mocks-allow-no-requests"]
        subprocess.run(run, cwd=tmp_path, env=environment, check=True, stdout=subprocess.DEVNULL)
    assert list(temporary.iterdir()) == []
