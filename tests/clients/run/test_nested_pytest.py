"""`crm-mocks run -- pytest` where tests take our fixtures, which have mocks of their own: one verdict has all of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from crm_contracts.judge.nested_verdicts import VARIABLE, pass_on, passed_on
from crm_contracts.judge.verdict import Verdict
from tests.clients.run.test_run import Run

SUITE = """
import os, urllib.error, urllib.request

def get(url, key="demo-key"):
    request = urllib.request.Request(url + "/v1/leads/config", headers={"x-api-key": key})
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code

"""


def run_suite(folder: Path, tests: str, *arguments: str) -> Run:
    """Run a suite with pytest under `crm-mocks run`."""
    (folder / "test_suite.py").write_text(SUITE + tests)
    plugins = ("-p", "no:cacheprovider", "-p", "crm_contracts.pytest_plugin")
    command = (sys.executable, "-m", "pytest", "-q", "--rootdir", str(folder), *plugins, str(folder))
    return Run(*arguments, "--", *command)


@pytest.fixture(autouse=True)
def only_the_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep pytest from loading plugins that these suites do not need."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)


def test_requests_to_fixtures_count(tmp_path: Path) -> None:
    report = tmp_path / "verdict.json"
    done = run_suite(tmp_path, "def test_it(config_api):\n    get(config_api.url)\n", "--json", str(report))
    assert done.code == 0
    assert json.loads(report.read_text())["exchanges"] == 1


def test_requests_to_fixtures_without_a_socket_count(tmp_path: Path) -> None:
    tests = """
import requests

def test_it(config_api_offline):
    requests.get(config_api_offline.url + "/v1/leads/config", headers={"x-api-key": "demo-key"})
"""
    done = run_suite(tmp_path, tests)
    assert "Contract kept: 1 exchange, none of which broke the contract" in done.out


def test_requests_to_fixtures_and_to_the_run_are_one_verdict(tmp_path: Path) -> None:
    tests = "def test_it(config_api):\n    get(config_api.url)\n    get(os.environ['CRM_MOCKS_CONFIG_API_URL'])\n"
    done = run_suite(tmp_path, tests)
    assert done.code == 0
    assert "Contract kept: 2 exchanges, none of which broke the contract" in done.out


def test_a_mistake_in_a_test_with_a_fixture_is_in_the_verdict(tmp_path: Path) -> None:
    done = run_suite(tmp_path, "def test_it(config_api):\n    get(config_api.url, 'wrong')\n")
    assert done.code == 1
    assert "Contract broken: 1 rule broken by the client, in 1 of 1 exchange" in done.out
    assert "first in test_suite.py::test_it" in done.out


def test_a_client_that_the_fixture_starts_passes_nothing_on(tmp_path: Path) -> None:
    tests = (
        f"def test_it(config_api):\n    get(config_api.url)\n    assert {VARIABLE!r} not in config_api.environment\n"
    )
    assert run_suite(tmp_path, tests).code == 0


def test_without_a_run_around_it_nothing_is_passed_on(tmp_path: Path) -> None:
    assert not pass_on(Verdict(), {})
    assert not pass_on(Verdict(), {VARIABLE: str(tmp_path / "ended")})
    assert list(passed_on(tmp_path)) == []


def test_a_verdict_that_cannot_be_read_is_a_complaint(tmp_path: Path) -> None:
    (tmp_path / "nested-1.json").write_text("{")
    [verdict] = passed_on(tmp_path)
    assert "the verdict of a nested run cannot be read" in verdict.complaints[0]
