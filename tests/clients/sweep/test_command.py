"""`crm-mocks sweep`: what it prints and writes, and its exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from crm_mocks.cli import main
from crm_mocks.errors import UsageError
from tests.clients.sweep.conftest import CONFIG, Done, python
from tests.report.pages import HtmlPage

FRAGILE = python(
    "try:\n    call()\nexcept urllib.error.HTTPError as error:\n    sys.exit(0 if error.code == 429 else 3)\n"
    "except Exception:\n    sys.exit(4)",
    CONFIG,
)


WHY = (
    "expected another exit code after the refusal rate_limit_exceeded; got 0, as after "
    "config_api.getLeadConfig:lead_config"
)


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path]:
    """A sweep with failures, and the folder with its reports."""
    folder = tmp_path_factory.mktemp("reports")
    files = [word for kind in ("json", "junit", "html", "markdown") for word in (f"--{kind}", str(folder / kind))]
    baseline = ("--write-baseline", str(folder / "baseline.json"))
    return Done("--jobs", "4", *files, *baseline, "--", *FRAGILE), folder


def test_the_matrix_says_what_was_not_survived(reported: tuple[Done, Path]) -> None:
    done, _ = reported
    assert done.code == 1
    lines = done.out.splitlines()
    assert lines[0] == "Not survived: 2 of 28 runs failed"
    assert lines[1].startswith("baseline run: exit 0 after ")
    assert "called config_api.getLeadConfig ×1 (lead_config)" in lines[1]
    assert ["429", "rate_limit_exceeded", "FAILED", "exit", "0", "FAILED", "exit", "0"] in map(str.split, lines)
    assert ["403", "permission_denied", "ok", "exit", "3", "ok", "exit", "3"] in map(str.split, lines)
    assert f"config_api.getLeadConfig: {WHY}" in " ".join(done.out.split())
    assert "      case: 429 rate_limit_exceeded, once" in lines


def test_no_progress_is_shown_in_a_log(reported: tuple[Done, Path]) -> None:
    assert reported[0].err == ""


def test_the_json_report_has_each_run(reported: tuple[Done, Path]) -> None:
    report = json.loads((reported[1] / "json").read_text())
    assert (report["format"], report["command"]) == ("crm-mocks report 2", "sweep")
    assert report["client"][-1] == FRAGILE[-1]
    assert len(report["cells"]) == 28
    failed = [cell["given"] for cell in report["cells"] if not cell["survived"]]
    assert [(given["name"], given["often"]) for given in failed] == [
        ("rate_limit_exceeded", "once"),
        ("rate_limit_exceeded", "always"),
    ]


def test_the_junit_report_has_a_case_for_each_run(reported: tuple[Done, Path]) -> None:
    (suite,) = ET.parse(reported[1] / "junit").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("28", "2")
    assert len(suite.findall("testcase")) == 28
    assert len(suite.findall("testcase/failure")) == 2


def test_failures_in_the_baseline_are_known(reported: tuple[Done, Path], tmp_path: Path) -> None:
    baseline, report = reported[1] / "baseline.json", tmp_path / "json"
    done = Done("--jobs", "4", "--baseline", str(baseline), "--json", str(report), "--", *FRAGILE)
    assert done.code == 0
    assert done.out.splitlines()[0] == "Survived: 28 runs; 2 of them failed as allowed or known, which does not count"
    cells = json.loads(report.read_text())["cells"]
    assert [cell["standing"] for cell in cells if cell["failures"]] == ["known", "known"]


def test_coverage_merges_the_verdict_on_all_runs(reported: tuple[Done, Path]) -> None:
    embedded = json.loads((reported[1] / "json").read_text())["client_verdict"]
    assert embedded["exchanges"] == 29
    merged = CliRunner().invoke(main, ["coverage", str(reported[1] / "json"), str(reported[1] / "json")])
    assert merged.exit_code == 0, merged.stderr
    assert "Contract kept: 58 exchanges" in merged.output


@pytest.mark.parametrize("kind", ["html", "markdown"])
def test_the_reports_for_people_have_the_matrix(reported: tuple[Done, Path], kind: str) -> None:
    text = (reported[1] / kind).read_text()
    if kind == "html":
        text = HtmlPage(text).text
    assert "Not survived: 2 of 28 runs failed" in text
    assert "TRUNCATED_BODY" in text
    assert WHY in text


def test_a_command_that_is_not_found_is_reported(command_line: Callable[..., Done]) -> None:
    done = command_line("--", "no-such-client")
    assert isinstance(done.error, UsageError)
    assert str(done.error) == "cannot run 'no-such-client': not found"


def test_an_operation_of_another_vendor_than_the_one_named_is_refused(command_line: Callable[..., Done]) -> None:
    done = command_line("--vendor", "leadbank", "--operation", "config_api.createLead", "--", "no-such-client")
    assert isinstance(done.error, UsageError)
    assert str(done.error) == "--operation config_api.createLead is none of --vendor leadbank"


def test_a_client_that_calls_nothing_fails_unless_that_is_allowed(
    command_line: Callable[..., Done], tmp_path: Path
) -> None:
    assert command_line("--", *python("")).code == 1
    junit = tmp_path / "junit.xml"
    assert command_line("--allow-no-requests", "--junit", str(junit), "--", *python("")).code == 0
    assert '<skipped message="the client called no operation' in junit.read_text()
    assert command_line("--allow-no-requests", "--", *python("raise SystemExit(6)")).code == 1


def test_a_client_that_hangs_when_given_nothing_is_a_usage_error(command_line: Callable[..., Done]) -> None:
    done = command_line("--timeout", "0.5", "--", *python("import time; time.sleep(60)"))
    assert isinstance(done.error, UsageError)
    assert "still going after 0.5 s" in str(done.error)


def test_a_report_that_cannot_be_written_is_reported_after_the_others_are_written(
    command_line: Callable[..., Done], tmp_path: Path
) -> None:
    there, nowhere = tmp_path / "there.json", tmp_path / "nowhere" / "junit.xml"
    done = command_line("--json", str(there), "--junit", str(nowhere), "--", *python("raise SystemExit(6)"))
    assert done.code == 1  # nothing could be judged, which matters more
    assert str(nowhere) in done.err
    assert json.loads(there.read_text())["complaint"].startswith("the baseline run failed with exit code 6")


def test_the_output_of_a_baseline_run_that_fails_is_shown(command_line: Callable[..., Done], tmp_path: Path) -> None:
    files = [word for kind in ("junit", "html", "markdown") for word in (f"--{kind}", str(tmp_path / kind))]
    done = command_line(*files, "--", *python("import sys; sys.exit('no such tenant')"))
    assert done.code == 1
    assert "no such tenant" in done.out
    assert all("no such tenant" in file.read_text() for file in tmp_path.iterdir())
    assert done.out.splitlines()[0].startswith("Not swept: the baseline run failed with exit code 1")
