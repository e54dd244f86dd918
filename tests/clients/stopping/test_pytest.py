"""A stop ends a pytest run and its server, and what it recorded is kept."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.clients.stopping.process import running_pytest

SUITE = """
import pathlib, time
import httpx

def test_long(config_api):
    for _ in range(5):
        httpx.get(config_api.url + "/v1/leads/config", headers={"x-api-key": "wrong"}, timeout=60)
    pathlib.Path("started").touch()
    time.sleep(60)
"""
REPORTING = """
import pathlib, time
from crm_contracts.report import terminal

def endless(*_args, **_keywords):
    pathlib.Path("reporting").touch()
    while True:
        time.sleep(0.01)

terminal.render = endless
"""


def recorded(folder: Path) -> int:
    lines = (folder / "journal.jsonl").read_text().splitlines()
    return sum("request" in json.loads(line) for line in lines)


@pytest.mark.parametrize(
    ("signals", "codes", "options"),
    [
        ((signal.SIGINT,), (2,), ()),
        ((signal.SIGINT, signal.SIGINT), (2, -signal.SIGINT), ()),
        ((signal.SIGTERM,), (-signal.SIGTERM,), ()),
        ((signal.SIGTERM, signal.SIGTERM), (-signal.SIGTERM,), ("-n", "2")),  # xdist waits ten seconds after SIGINT
    ],
    ids=["SIGINT", "SIGINT twice", "SIGTERM", "SIGTERM twice, xdist"],
)
def test_a_run_that_is_testing(signals: tuple, codes: tuple, options: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text(SUITE)
    with running_pytest(tmp_path, "--crm-mocks-journal=journal.jsonl", *options) as run:
        run.wait_for(tmp_path / "started")
        ended = run.stop(*signals, files=signals == (signal.SIGINT,))
    assert ended.code in codes, ended
    assert recorded(tmp_path) == 5
    if signals == (signal.SIGINT,):
        assert "Contract broken" in ended.out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
def test_a_run_that_is_reporting(number: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text(SUITE.replace("time.sleep(60)", "pass"))
    (tmp_path / "conftest.py").write_text(REPORTING)
    with running_pytest(tmp_path, "--crm-mocks-journal=journal.jsonl") as run:
        run.wait_for(tmp_path / "reporting")
        ended = run.stop(number, files=False)
    assert ended.code in (2, 130, -number), ended
    assert recorded(tmp_path) == 5
