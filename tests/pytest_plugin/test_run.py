"""A test run: one server for all workers, one verdict, no leftovers."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm_mocks.process_status import is_alive
from tests.pytest_plugin.conftest import PytestResult, UserSuite

MANY = """
import httpx

@pytest.mark.parametrize("number", range(190))
def test_served(config_api, number):
    get(config_api)
    config_api.respond(status=[401, 403, 429, 500, 200][number % 5])
    get(config_api)  # the last: the notice of a retry would say how long after

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


def verdict(suite: UserSuite) -> Any:
    """Return the verdict without the date of its run."""
    found = json.loads((suite.folder / "verdict.json").read_text())
    del found["date"]
    return found


def test_200_tests_give_the_same_verdict_with_4_workers_as_with_one(
    suite: UserSuite, figures: Callable[[str], None]
) -> None:
    suite.ini("crm_mocks_now = 2026-01-31T12:00:00Z", "crm_mocks_vendors = config_api leadbank")
    suite.write(MANY)
    verdicts, seconds = [], []
    for workers in ("0", "4"):
        start = time.monotonic()
        result = suite.run("-q", "-n", workers, "--crm-mocks-json", "verdict.json")
        seconds.append(time.monotonic() - start)
        assert (result.code, result.count("passed"), result.count("failed")) == (1, 199, 1), result.out
        assert result.count("error") == 0
        verdicts.append(verdict(suite))
    assert verdicts[0] == verdicts[1]
    assert verdicts[0]["exchanges"] == 390
    [finding] = verdicts[0]["findings"]
    assert (verdicts[0]["faulty"], finding["count"], [each["allowed"] for each in finding["responses"]]) == (1, 2, [1])
    assert all(each["source"].startswith("test_suite.py::test_") for each in finding["occurrences"])
    assert len(verdicts[0]["sessions"]) == 200
    assert suite.leftovers == []
    figures(f"200 tests in {seconds[0]:.1f} s, with 4 workers in {seconds[1]:.1f} s: the same verdict")


def test_the_verdict_does_not_depend_on_the_workers_of_the_mocks(suite: UserSuite) -> None:
    suite.write(MANY.replace("range(190)", "range(30)"))
    verdicts = []
    for workers in ("1", "3"):
        suite.ini("crm_mocks_now = 2026-01-31T12:00:00Z", f"crm_mocks_workers = {workers}")
        result = suite.run("-q", "-n", "2", "--crm-mocks-json", "verdict.json")
        assert (result.code, result.count("failed"), result.count("error")) == (1, 1, 0), result.out
        verdicts.append(verdict(suite))
    assert verdicts[0] == verdicts[1]
    assert suite.leftovers == []


def test_a_suite_without_mocks_starts_no_server_and_imports_little(suite: UserSuite) -> None:
    suite.write("""
        import sys

        def test_nothing():
            heavy = ("connexion", "flask", "httpx", "requests", "uvicorn", "click", "yaml", "crm_mocks.asgi")
            assert [name for name in heavy if name in sys.modules] == []
            ours = {name for name in sys.modules if name.startswith(("crm_mocks", "crm_contracts"))}
            assert ours <= {
                "crm_contracts", "crm_contracts.pytest_plugin", "crm_contracts.pytest_plugin.options",
                "crm_contracts.pytest_plugin.run_directory", "crm_contracts.pytest_plugin.session_names",
                "crm_contracts.pytest_plugin.test_run", "crm_contracts.pytest_plugin.fixtures",
                "crm_contracts.pytest_plugin.fixtures.run_fixtures",
                "crm_contracts.pytest_plugin.fixtures.vendor_fixtures", "crm_contracts.pytest_plugin.server",
                "crm_contracts.pytest_plugin.server.early_start", "crm_contracts.pytest_plugin.verdict",
                "crm_contracts.pytest_plugin.verdict.known_findings", "crm_contracts.pytest_plugin.verdict.reruns",
                "crm_mocks", "crm_mocks.bounded_numbers", "crm_mocks.entry_points", "crm_mocks.errors",
                "crm_mocks.files", "crm_mocks.files.temporary", "crm_mocks.process_status", "crm_mocks.vendor_sources",
            }
    """)
    with suite.start("-q") as process:
        out, _ = process.communicate(timeout=120)
    assert process.returncode == 0, out
    assert "crm-mocks" not in out
    assert suite.leftovers == []


def test_it_works_without_xdist(passes: Callable[..., PytestResult], suite: UserSuite) -> None:
    result = passes("def test_one(config_api): assert get(config_api) == 200", "-p", "no:xdist")
    assert "Contract kept: 1 exchange" in result.out
    assert suite.leftovers == []


def test_a_crashed_worker_loses_no_exchanges(suite: UserSuite) -> None:
    suite.write("""
        def test_crash(config_api):
            get(config_api)
            os._exit(3)

        @pytest.mark.parametrize("number", range(6))
        def test_others(config_api, number):
            assert get(config_api) == 200
    """)
    result = suite.run("-q", "-n", "2", "--crm-mocks-json", "verdict.json")
    assert result.count("failed") == 1, result.out
    assert result.count("passed") == 6
    assert verdict(suite)["exchanges"] == 7
    assert suite.leftovers == []


def test_a_crashed_worker_loses_only_its_current_test_in_process(suite: UserSuite) -> None:
    suite.write("""
        import httpx

        @pytest.mark.parametrize("number", range(4))
        def test_others(config_api_offline, number):
            httpx.get(config_api_offline.url + "/v1/leads/config", headers={"x-api-key": "demo-key"})

        def test_crash(config_api_offline):
            os._exit(3)
    """)
    result = suite.run("-q", "-n", "1", "--crm-mocks-json", "verdict.json")
    assert (result.count("passed"), result.count("failed")) == (4, 1), result.out
    assert verdict(suite)["exchanges"] == 4


def test_the_server_stops_when_pytest_is_killed(suite: UserSuite) -> None:
    suite.write("""
        import pathlib, time

        def test_long(config_api):
            pathlib.Path("started").touch()
            time.sleep(60)
    """)
    with suite.start("-q") as process:
        wait_until((suite.folder / "started").exists)
        (run,) = suite.temporary.glob("crm-mocks-*")
        pid = json.loads((run / "server.json").read_text())["pid"]
        assert is_alive(pid)
        process.kill()
    wait_until(lambda: not is_alive(pid))


@pytest.mark.parametrize(("key", "word"), [("demo-key", "kept"), ("wrong", "broken")])
@pytest.mark.parametrize("fixture", ["config_api", "config_api_offline"])
def test_an_interrupted_run_still_prints_its_verdict(suite: UserSuite, fixture: str, key: str, word: str) -> None:
    suite.write(f"""
        import pathlib, time
        import httpx

        def test_long({fixture}):
            httpx.get({fixture}.url + "/v1/leads/config", headers={{"x-api-key": "{key}"}}, timeout=60)
            pathlib.Path("sent").touch()
            time.sleep(60)
    """)
    with suite.start("-q", "--crm-mocks-junit", "report.xml") as process:
        wait_until((suite.folder / "sent").exists)
        os.kill(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=120)
    assert process.returncode == 2
    assert f"Contract {word}" in out
    assert "1 exchange" in out
    assert "Traceback" not in out
    assert "INTERNALERROR" not in out
    assert word in (suite.folder / "report.xml").read_text()
    assert suite.leftovers == []


def test_coverage_under_the_limit_fails_the_run(suite: UserSuite) -> None:
    suite.write("def test_one(config_api): get(config_api)")
    result = suite.run("-q", "--crm-mocks-fail-under", "50")
    assert result.code == 1
    assert "coverage of 33.3 % is below 50 %" in result.out


def test_reports_are_written(suite: UserSuite) -> None:
    suite.write("def test_one(config_api): get(config_api)")
    forms = ("html", "json", "junit", "markdown")
    result = suite.run("-q", *(word for form in forms for word in (f"--crm-mocks-{form}", f"report.{form}")))
    assert result.code == 0, result.out
    for form in forms:
        assert "getLeadConfig" in (suite.folder / f"report.{form}").read_text()


def test_findings_of_the_baseline_do_not_fail_the_run(suite: UserSuite, tmp_path: Path) -> None:
    suite.ini("crm_mocks_baseline = baseline.json")
    known = {"operation": "config_api.getLeadConfig", "rule": "key_unknown", "location": ["header", "x-api-key"]}
    (suite.folder / "baseline.json").write_text(json.dumps({"format": "crm-mocks baseline 1", "broken": [known]}))
    suite.write("def test_one(config_api): get(config_api, key='wrong')")
    result = suite.run("-q")
    assert result.code == 0, result.out
    assert "Contract kept" in result.out


@pytest.mark.parametrize(
    ("lines", "arguments", "message"),
    [
        ([], ["--crm-mocks-html", "nowhere/report.html"], "nowhere/report.html cannot be written"),
        (["crm_mocks_seed = five"], [], "crm_mocks_seed: 'five' is not a whole number"),
        (["crm_mocks_workers = 0"], [], "crm_mocks_workers: '0' is not a number from 1 to 64, or auto"),
        (["crm_mocks_config = nowhere.yaml"], [], "crm_mocks_config: no such file"),
        (
            ["crm_mocks_config = pytest.ini"],
            ["--crm-mocks-json", "pytest.ini"],
            "crm_mocks_config and --crm-mocks-json name the same file",
        ),
        (
            [],
            ["--crm-mocks-html", "report", "--crm-mocks-junit", "./report"],
            "--crm-mocks-html and --crm-mocks-junit name the same file",
        ),
        (
            ["crm_mocks_contracts = their=pytest.ini"],
            ["--crm-mocks-journal", "pytest.ini"],
            "the contract their and --crm-mocks-journal name the same file",
        ),
    ],
)
def test_an_invalid_option_is_reported_before_any_test_runs(
    suite: UserSuite, lines: list[str], arguments: list[str], message: str
) -> None:
    suite.ini(*lines)
    suite.write("def test_one(): pass")
    result = suite.run("-q", *arguments)
    assert result.code == 4
    assert message in result.out


@pytest.mark.parametrize("fixture", ["config_api", "config_api_offline"])
def test_invalid_settings_are_reported_in_one_line(suite: UserSuite, fixture: str) -> None:
    suite.ini("crm_mocks_set = config_api.nothing=1")
    suite.write(f"def test_one({fixture}): pass")
    result = suite.run("-q")
    assert result.code == 1
    assert "nothing" in result.out
    assert "Traceback" not in result.out
    assert suite.leftovers == []


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_served_run_imports_no_mocks(suite: UserSuite) -> None:
    suite.write("def test_one(config_api): get(config_api)")
    (suite.folder / "conftest.py").write_text(
        "import pathlib, sys\ndef pytest_unconfigure(): pathlib.Path('modules').write_text(' '.join(sys.modules))\n"
    )
    with suite.start("-q") as process:
        out, _ = process.communicate(timeout=120)
    assert process.returncode == 0, out
    modules = set((suite.folder / "modules").read_text().split())
    assert modules.isdisjoint({"connexion", "flask", "httpx", "requests", "uvicorn", "crm_mocks.app", "asyncio"})


def test_the_assets_of_the_page_can_be_beside_it(suite: UserSuite) -> None:
    suite.write("def test_one(config_api): get(config_api)")
    suite.run("--crm-mocks-html", "page.html", "--crm-mocks-report-assets", "beside")
    assert "<style>" not in (suite.folder / "page.html").read_text("utf-8")
    assert {path.name for path in suite.folder.glob("page.*")} == {"page.html", "page.css", "page.js", "page.svg"}
