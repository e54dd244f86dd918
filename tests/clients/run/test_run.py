"""`crm-mocks run`: the command's environment, its exit code, and what is reported."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner

from crm_mocks.cli import main
from tests.clients.conftest import Limit

GET_CONFIG = """
import os, urllib.error, urllib.request
def get(url=os.environ["CRM_MOCKS_CONFIG_API_URL"], key="demo-key", **headers):
    request = urllib.request.Request(url + "/v1/leads/config", headers={"x-api-key": key, **headers})
    try:
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as error:
        return error.code
"""


class Run:
    """A finished `crm-mocks run`, carried out in this process."""

    def __init__(self, *arguments: str) -> None:
        done = CliRunner().invoke(main, ["run", *arguments])
        self.code, self.out, self.err = done.exit_code, done.stdout, done.stderr

    @property
    def complaint(self) -> str:
        """The last line on stderr, which says what was wrong with the command line."""
        lines = self.err.splitlines()
        assert lines[-1].startswith("crm-mocks: ")
        return lines[-1].removeprefix("crm-mocks: ")


def run_client(script: str, *arguments: str) -> Run:
    """Run a Python client that has `get`."""
    return Run(*arguments, "--", sys.executable, "-c", GET_CONFIG + textwrap.dedent(script))


def test_a_client_that_keeps_the_contract_passes() -> None:
    done = run_client("assert get() == 200")
    assert done.code == 0
    assert "Contract kept: 1 exchange" in done.out


def test_a_client_that_breaks_the_contract_fails() -> None:
    done = run_client("get(key='wrong')")
    assert done.code == 1
    assert "Contract broken" in done.out


@pytest.mark.parametrize(("option", "code"), [((), 1), (("--ignore-retry-after",), 0)])
def test_a_retry_before_retry_after_has_elapsed_fails_unless_it_is_ignored(option: tuple[str, ...], code: int) -> None:
    limits = ("--set", "config_api.rate_limit=1/60", "--set", "config_api.retry_after=on")
    done = run_client("assert [get(), get(), get()] == [200, 429, 429]", *limits, *option)
    assert done.code == code
    assert ("*:retry-after" in done.out) == bool(option)


def test_the_spacing_of_a_retry_without_retry_after_is_shown() -> None:
    done = run_client("assert [get(), get(), get()] == [200, 429, 429]", "--set", "config_api.rate_limit=1/60")
    assert done.code == 0
    assert re.search(r"sent again [0-9.]+ s after a 429 without Retry-After", " ".join(done.out.split()))


def test_mistakes_that_are_allowed_pass() -> None:
    assert run_client("get(key='wrong')", "--allow", "config_api.getLeadConfig:401").code == 0


def test_the_commands_own_exit_code_comes_first_and_the_report_says_whose_it_is() -> None:
    done = run_client("get(key='wrong'); raise SystemExit(7)")
    assert done.code == 7
    assert f"the exit code 7 is that of {Path(sys.executable).name}" in done.out
    assert "Contract broken" in done.out


def test_coverage_under_the_limit_fails() -> None:
    done = run_client("get()", "--fail-under", "90")
    assert done.code == 1
    assert "coverage of 33.3 % is below 90 %" in done.out
    assert run_client("get()", "--fail-under", "10").code == 0


def test_the_denominator_is_the_operations_of_the_vendors_named(tmp_path: Path) -> None:
    report = tmp_path / "verdict.json"
    run_client("get()", "--vendor", "config_api", "--json", str(report))
    operations = json.loads(report.read_text())["operations"]
    assert {each["key"] for each in operations} > {"config_api.createLead", "config_api.validateLead"}


def test_the_command_finds_the_mocks_by_its_environment(tmp_path: Path) -> None:
    found = tmp_path / "found.json"
    script = f"""
        import json
        get()
        found = {{name: value for name, value in os.environ.items() if name.startswith("CRM_MOCKS_")}}
        ready = json.load(open(found["CRM_MOCKS_READY_FILE"]))
        json.dump([found, ready], open({str(found)!r}, "w"))
    """
    assert run_client(script).code == 0
    variables, ready = json.loads(found.read_text())
    url = variables["CRM_MOCKS_URL"]
    assert variables["CRM_MOCKS_LEADBANK_URL"] == url
    assert variables["CRM_MOCKS_CA_FILE"] == ""
    assert ready["url"] == ready["vendors"]["config_api"]["url"] == url
    assert ready["vendors"]["config_api"]["credentials"]["x-api-key"] == "demo-key"
    assert not Path(variables["CRM_MOCKS_READY_FILE"]).exists()


def test_under_tls_the_command_trusts_the_mocks_where_asked() -> None:
    assert run_client("assert get() == 200", "--tls", "--trust").code == 0
    assert run_client("get()", "--tls").code == 1  # urllib raises, since it does not trust the certificate


def test_values_and_time_follow_the_options(tmp_path: Path) -> None:
    script = """
        import sys
        print(urllib.request.urlopen(urllib.request.Request(os.environ["CRM_MOCKS_URL"] + "/v1/leads/config",
              headers={"x-api-key": "demo-key"})).headers["Date"], file=open(sys.argv[1], "w"))
    """
    file = tmp_path / "date"
    client = [sys.executable, "-c", GET_CONFIG + textwrap.dedent(script), str(file)]
    assert Run("--now", "2026-01-31T12:00:00Z", "--seed", "7", "--", *client).code == 0
    assert file.read_text() == "Sat, 31 Jan 2026 12:00:00 GMT\n"


def test_a_proxy_of_the_environment_does_not_stand_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert run_client("assert get() == 200").code == 0


def test_a_run_whose_requests_went_elsewhere_fails_and_says_so(free_port: int) -> None:
    done = run_client(f"get(url='http://127.0.0.1:{free_port}')", "--port", str(free_port))
    assert done.code == 1
    assert "no request came to the run's own URL" in done.out
    assert f"http://127.0.0.1:{free_port}" in done.out


def test_a_run_without_requests_fails_and_says_where_they_probably_went() -> None:
    done = Run("--", sys.executable, "-c", "")
    assert done.code == 1
    assert "nothing was checked: no request came. Probably the command does not read CRM_MOCKS_URL" in done.out
    assert "a proxy" not in done.out


def test_a_run_without_requests_names_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    assert "the proxy of the environment (https_proxy)" in Run("--", sys.executable, "-c", "").out


def test_a_run_without_requests_passes_where_that_is_allowed() -> None:
    assert Run("--allow-no-requests", "--", sys.executable, "-c", "").code == 0


def test_requests_to_the_control_api_alone_do_not_count() -> None:
    assert run_client("urllib.request.urlopen(os.environ['CRM_MOCKS_URL'] + '/__admin/health')").code == 1


def test_the_commands_own_exit_code_comes_first_without_requests_too() -> None:
    done = Run("--", sys.executable, "-c", "raise SystemExit(7)")
    assert done.code == 7
    assert "nothing was checked" in done.out


def test_sessions_that_the_client_makes_count(tmp_path: Path) -> None:
    report = tmp_path / "verdict.json"
    assert run_client("get(**{'X-Mock-Session': 'mine'})", "--json", str(report)).code == 0
    assert json.loads(report.read_text())["sessions"] == ["mine", "run"]


def test_all_reports_are_written(tmp_path: Path) -> None:
    forms = ("junit", "html", "json", "markdown")
    files = [tmp_path / form for form in forms]
    options = [word for form, file in zip(forms, files, strict=True) for word in (f"--{form}", str(file))]
    run_client("get(); raise SystemExit(3)", *options)
    for file in files:
        assert "the exit code 3 is that of" in file.read_text()


def test_a_report_that_cannot_be_written_is_reported_and_the_others_are_written(tmp_path: Path) -> None:
    nowhere, file = tmp_path / "nowhere" / "x.html", tmp_path / "verdict.json"
    done = run_client("get()", "--html", str(nowhere), "--json", str(file))
    assert done.code == 2
    assert str(nowhere) in done.complaint
    assert json.loads(file.read_text())["exchanges"] == 1


def test_a_broken_contract_matters_more_than_a_report_that_cannot_be_written(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "x.html"
    done = run_client("get(key='wrong')", "--html", str(nowhere))
    assert done.code == 1
    assert str(nowhere) in done.complaint


def test_a_broken_contract_matters_more_than_the_time_limit(over_when: Limit, tmp_path: Path) -> None:
    over_when(lambda _: (tmp_path / "got").exists())
    done = run_client(f"import time; get(key='wrong'); open({str(tmp_path / 'got')!r}, 'w'); time.sleep(60)")
    assert done.code == 1
    assert "still running after 300 seconds" in done.complaint


def test_known_debts_do_not_fail(tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    assert run_client("get(key='wrong')", "--write-baseline", str(baseline)).code == 1
    assert run_client("get(key='wrong')", "--baseline", str(baseline)).code == 0


def test_a_command_that_hangs_is_stopped_and_what_it_did_is_written(over_when: Limit, tmp_path: Path) -> None:
    file, got = tmp_path / "verdict.json", tmp_path / "got"
    over_when(lambda _: got.exists())
    done = run_client(f"import time; get(); open({str(got)!r}, 'w'); time.sleep(60)", "--json", str(file))
    assert done.code == 2
    assert "still running after 300 seconds" in done.complaint
    assert "still running after 300 seconds" in done.out
    assert json.loads(file.read_text())["exchanges"] == 1


def test_the_time_limit_may_be_chosen() -> None:
    assert "still running after 0.5 seconds" in run_client("import time; time.sleep(60)", "--timeout", "0.5").out


def test_a_command_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "verdict.json"
    done = run_client("get(); os.kill(os.getpid(), 9)", "--json", str(file))
    assert done.code == 137
    assert "ended by SIGKILL" in done.out
    assert json.loads(file.read_text())["exchanges"] == 1


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("no-such-command", "cannot run 'no-such-command': not found"),
        (__file__, "not executable"),
        ("openapi/leadbank.yaml", "not executable; a contract is given as --contract openapi/leadbank.yaml"),
        ("", "cannot run ''"),
    ],
)
def test_a_command_that_cannot_be_run_is_a_usage_error(command: str, why: str) -> None:
    done = Run("--", command)
    assert done.code == 2
    assert why in done.complaint


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--vendor", "nobody"], "unknown vendor 'nobody'"),
        (["--allow", "nonsense"], "'nonsense' allows nothing"),
        (["--allow", "config_api.createLaed:400"], "no operation 'config_api.createLaed'"),
        (["--set", "config_api.nothing=1"], "nothing"),
        (["--now", "yesterday"], "yesterday"),
        (["--baseline", "nowhere.json"], "nowhere.json"),
        (["--timeout", "0"], "0"),
    ],
)
def test_a_wrong_option_is_reported_before_the_command_runs(arguments: list[str], why: str, tmp_path: Path) -> None:
    witness = tmp_path / "ran"
    done = Run(*arguments, "--", sys.executable, "-c", f"open({str(witness)!r}, 'w')")
    assert done.code == 2
    assert why in done.complaint
    assert not witness.exists()


def test_no_command_is_a_usage_error() -> None:
    done = Run()
    assert done.code == 2
    assert re.search("CMD", done.complaint)


def test_all_vendors_are_served_whatever_coverage_is_about() -> None:
    assert run_client("assert get() == 200", "--vendor", "leadbank").code == 0
