"""A whole run: one server for all workers, one verdict, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm_mocks.server.parent_process import is_alive
from tests.pytest_plugin.conftest import Done, Suite

MANY = """
import httpx

@pytest.mark.parametrize("number", range(190))
def test_served(config_api, number):
    config_api.respond(status=[401, 403, 429, 500, 200][number % 5])
    get(config_api)
    get(config_api)

@pytest.mark.parametrize("number", range(8))
def test_offline(crm_mocks_offline, number):
    url = crm_mocks_offline.config_api.url
    httpx.get(f"{url}/v1/leads/config", headers={"x-api-key": "demo-key"})

@pytest.mark.crm_mocks(allow=["config_api.getLeadConfig:401"])
def test_allowed(config_api):
    get(config_api, key="wrong")

def test_broken(config_api):
    get(config_api, key="wrong")
"""


def verdict(suite: Suite) -> Any:
    return json.loads((suite.folder / "verdict.json").read_text())


def test_200_tests_give_the_same_verdict_with_4_workers_as_with_one(
    suite: Suite, figures: Callable[[str], None]
) -> None:
    suite.ini("crm_mocks_now = 2026-01-31T12:00:00Z", "crm_mocks_vendors = config_api leadbank")
    suite.write(MANY)
    verdicts, seconds = [], []
    for workers in ("0", "4"):
        began = time.monotonic()
        done = suite.run("-q", "-n", workers, "--crm-mocks-json", "verdict.json")
        seconds.append(time.monotonic() - began)
        assert (done.code, done.count("passed"), done.count("error")) == (1, 200, 1), done.out
        verdicts.append(verdict(suite))
    assert verdicts[0] == verdicts[1]
    assert verdicts[0]["exchanges"] == 390
    [finding] = verdicts[0]["findings"]
    assert (verdicts[0]["faulty"], finding["count"], [each["allowed"] for each in finding["responses"]]) == (1, 2, [1])
    assert all(each["source"].startswith("test_suite.py::test_") for each in finding["occurrences"])
    assert len(verdicts[0]["sessions"]) == 200
    assert suite.leftovers == []
    figures(f"200 tests in {seconds[0]:.1f} s, with 4 workers in {seconds[1]:.1f} s: the same verdict")


def test_a_suite_that_uses_no_mock_starts_no_server_and_imports_next_to_nothing(suite: Suite) -> None:
    suite.write("""
        import sys

        def test_nothing():
            heavy = ("connexion", "flask", "httpx", "requests", "uvicorn", "click", "yaml", "crm_mocks.asgi")
            assert [name for name in heavy if name in sys.modules] == []
            ours = {name for name in sys.modules if name.startswith(("crm_mocks", "crm_contracts"))}
            assert ours <= {
                "crm_contracts", "crm_contracts.pytest_plugin",
                "crm_contracts.pytest_plugin.options", "crm_contracts.pytest_plugin.test_run",
            }
    """)
    with suite.start("-q") as process:
        out, _ = process.communicate(timeout=120)
    assert process.returncode == 0, out
    assert "crm-mocks" not in out
    assert suite.leftovers == []


def test_it_works_without_xdist(passes: Callable[..., Done], suite: Suite) -> None:
    done = passes("def test_one(config_api): assert get(config_api) == 200", "-p", "no:xdist")
    assert "Contract kept: 1 exchange" in done.out
    assert suite.leftovers == []


def test_a_crashed_worker_loses_nothing(suite: Suite) -> None:
    suite.write("""
        def test_crash(config_api):
            get(config_api)
            os._exit(3)

        @pytest.mark.parametrize("number", range(6))
        def test_others(config_api, number):
            assert get(config_api) == 200
    """)
    done = suite.run("-q", "-n", "2", "--crm-mocks-json", "verdict.json")
    assert done.count("failed") == 1, done.out
    assert done.count("passed") == 6
    assert verdict(suite)["exchanges"] == 7
    assert suite.leftovers == []


def test_the_server_ends_with_a_pytest_that_is_killed(suite: Suite) -> None:
    suite.write("""
        import pathlib, time

        def test_long(config_api):
            pathlib.Path("begun").touch()
            time.sleep(60)
    """)
    with suite.start("-q") as process:
        wait_until((suite.folder / "begun").exists)
        (run,) = suite.temporary.glob("crm-mocks-*")
        pid = json.loads((run / "server.json").read_text())["pid"]
        assert is_alive(pid)
        process.kill()
    wait_until(lambda: not is_alive(pid))


def test_an_interrupted_run_still_gives_its_verdict(suite: Suite) -> None:
    suite.write("""
        import pathlib, time

        def test_long(config_api):
            get(config_api)
            pathlib.Path("asked").touch()
            time.sleep(60)
    """)
    with suite.start("-q") as process:
        wait_until((suite.folder / "asked").exists)
        os.kill(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "1 exchange" in out
    assert suite.leftovers == []


def test_coverage_under_the_limit_fails_the_run(suite: Suite) -> None:
    suite.write("def test_one(config_api): get(config_api)")
    done = suite.run("-q", "--crm-mocks-fail-under", "50")
    assert done.code == 1
    assert "coverage of 16.6 % is below 50 %" in done.out


def test_reports_are_written(suite: Suite) -> None:
    suite.write("def test_one(config_api): get(config_api)")
    forms = ("html", "json", "junit", "markdown")
    done = suite.run("-q", *(word for form in forms for word in (f"--crm-mocks-{form}", f"report.{form}")))
    assert done.code == 0, done.out
    for form in forms:
        assert "getLeadConfig" in (suite.folder / f"report.{form}").read_text()


def test_known_debts_fail_no_run(suite: Suite, tmp_path: Path) -> None:
    suite.ini("crm_mocks_baseline = debts.json")
    debt = {"operation": "config_api.getLeadConfig", "rule": "key_unknown", "location": ["header", "x-api-key"]}
    (suite.folder / "debts.json").write_text(json.dumps({"format": "crm-mocks baseline 1", "broken": [debt]}))
    suite.write("def test_one(config_api): get(config_api, key='wrong')")
    done = suite.run("-q")
    assert done.code == 0, done.out
    assert "Contract kept" in done.out


@pytest.mark.parametrize(
    ("lines", "arguments", "why"),
    [
        ([], ["--crm-mocks-html", "nowhere/report.html"], "nowhere/report.html cannot be written"),
        (["crm_mocks_seed = five"], [], "crm_mocks_seed: 'five' is no whole number"),
        (["crm_mocks_config = nowhere.yaml"], [], "crm_mocks_config: there is no file"),
    ],
)
def test_a_wrong_option_is_told_before_any_test_runs(
    suite: Suite, lines: list[str], arguments: list[str], why: str
) -> None:
    suite.ini(*lines)
    suite.write("def test_one(): pass")
    done = suite.run("-q", *arguments)
    assert done.code == 4
    assert why in done.out


@pytest.mark.parametrize("fixture", ["config_api", "config_api_offline"])
def test_mocks_that_cannot_be_served_so_are_told_in_one_line(suite: Suite, fixture: str) -> None:
    suite.ini("crm_mocks_set = config_api.nothing=1")
    suite.write(f"def test_one({fixture}): pass")
    done = suite.run("-q")
    assert done.code == 1
    assert "nothing" in done.out
    assert "Traceback" not in done.out
    assert suite.leftovers == []


def wait_until(come: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not come():
        assert time.monotonic() < deadline
        time.sleep(0.02)
