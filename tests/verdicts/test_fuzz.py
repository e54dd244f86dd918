"""What `crm-mocks fuzz` says of clients that it was wrong about."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.verdicts.conftest import CASES, StateRow

Run = Callable[..., subprocess.CompletedProcess[str]]
TOPIC = "fuzz"
CLIENTS = CASES / "clients"
QUICK = ("--jobs", "2", "--json", "r.json")

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed here")


CUT_BODY = {
    "operation": "config_api.getLeadConfig",
    "status": 200,
    "headers": [["Content-Type", "application/json"]],
    "body_base64": "eyJhIjo=",
    "phase": "before",
    "times": 1,
    "metadata": {"unusual": "half a body", "kind": "truncated body", "outcome": "lead_config", "allowed": False},
}


def report(folder: Path) -> dict[str, Any]:
    """Return the JSON report."""
    found: dict[str, Any] = json.loads((folder / "r.json").read_text("utf-8"))
    return found


def pytest_on(file: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a written test as a user does."""
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", file.name)
    return subprocess.run(
        command,
        cwd=file.parent,
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_written_test_fails_although_handled_errors_have_the_same_exit_code(
    crm_mocks: Run, state_row: StateRow, tmp_path: Path
) -> None:
    """A handled error and a crash of this client both end with 1."""
    shutil.copy(CLIENTS / "gym.py", tmp_path)
    source = (CLIENTS / "gym.py").read_text("utf-8").replace("timeout=3", "timeout=1")  # to save time
    (tmp_path / "gym.py").write_text(source, "utf-8")
    (tmp_path / "cut.json").write_text(json.dumps(CUT_BODY), "utf-8")
    words = ("--from", "cut.json", "--stop-after", "1", "--operation", "config_api.getLeadConfig", "--timeout", "10")
    done = crm_mocks("fuzz", *QUICK, *words, "--failures", ".", "--", sys.executable, "gym.py")
    (group,) = report(tmp_path)["groups"]
    (test,) = tmp_path.glob("test_*.py")
    before = pytest_on(test)
    (tmp_path / "gym.py").write_text("raise SystemExit(1)\n", "utf-8")
    after = pytest_on(test)
    assert (done.returncode, before.returncode, "1 passed" in after.stdout) == (1, 1, True), after.stdout
    assert re.fullmatch(r"\w+Error at gym\.py:\d+", group["group"])
    state_row(TOPIC, "gym.py: a handled error and a crash both exit 1", "exit 1: the written test fails before the fix")


@needs_node
def test_a_documented_success_that_breaks_the_client_is_reproduced(
    crm_mocks: Run, state_row: StateRow, tmp_path: Path
) -> None:
    done = crm_mocks("fuzz", *QUICK, "--timeout", "60", "--failures", ".", "--", "node", CLIENTS / "leadbank.mjs")
    (weakness,) = report(tmp_path)["weaknesses"]
    (test,) = tmp_path.glob("test_*.py")
    assert (done.returncode, weakness["unusual"], weakness["allowed"]) == (1, "as documented", True)
    assert "1 failed" in pytest_on(test).stdout
    state_row(
        TOPIC,
        "leadbank.mjs: crashes on the documented sample",
        "exit 1: not ready to be fuzzed: expected exit 0, as after leadbank.getLeads:leads; got 1; its test fails",
    )


@needs_node
def test_no_member_is_said_to_be_read_that_is_not(crm_mocks: Run, state_row: StateRow, tmp_path: Path) -> None:
    words = ("-n", "1", "--timeout", "60", "--persistent")
    crm_mocks("fuzz", *QUICK, *words, "--", "node", CLIENTS / "staying.mjs")
    (read,) = report(tmp_path)["reads"].values()
    members = {f"body.Leads.*.{name}" for name in ("Contents", "CreateDate", "IDLeadBank")}
    assert set(read) == {"body.Leads", "body.Leads.*", "body.Status", *members}
    state_row(TOPIC, "staying.mjs: members that are read", ", ".join(read))


def test_a_campaign_whose_time_is_over_before_it_generates_is_no_survival(
    crm_mocks: Run, state_row: StateRow, tmp_path: Path
) -> None:
    client = (
        "import os, urllib.request as r; r.urlopen(r.Request(os.environ['CRM_MOCKS_URL'] + '/v1/leads/config', "
        "headers={'x-api-key': 'demo-key'}))"
    )
    done = crm_mocks("fuzz", *QUICK, "--seconds", "0.2", "--", sys.executable, "-c", client)
    assert done.returncode == 1
    assert "nothing was checked: --seconds 0.2 was over during the baseline run" in done.stdout
    state_row(TOPIC, "--seconds 0.2", "exit 1: nothing was checked: --seconds 0.2 was over during the baseline run")


def test_a_client_that_gets_no_generated_response_was_not_checked(
    crm_mocks: Run, state_row: StateRow, tmp_path: Path
) -> None:
    """A client that caches what it has fetched once calls in its first runs only."""
    client = """
import os, pathlib, sys, urllib.request as r
count = pathlib.Path("count")
number = len(count.read_text()) if count.exists() else 0
count.write_text("x" * (number + 1))
if number < 3:
    r.urlopen(r.Request(os.environ["CRM_MOCKS_URL"] + "/v1/leads/config", headers={"x-api-key": "demo-key"}))
"""
    done = crm_mocks("fuzz", "--jobs", "1", "-n", "10", "--", sys.executable, "-c", client)
    assert done.returncode == 1
    assert done.stdout.startswith("Nothing was checked: ")
    assert "called config_api.getLeadConfig ×1 in its baseline run, but got no generated response" in done.stdout
    state_row(TOPIC, "a client that calls in its first runs only", "exit 1: nothing was checked: no generated response")


PATIENT = """
import os, urllib.request as r
try:
    url = os.environ["CRM_MOCKS_URL"] + "/v1/leads/config"
    r.urlopen(r.Request(url, headers={"x-api-key": "demo-key"}), timeout=%s)
except OSError:
    raise SystemExit(75)
"""


@pytest.mark.parametrize(
    ("seconds", "code", "says"),
    [("8", 0, "ended by itself with exit code 75"), ("None", 1, "hang: config_api.getLeadConfig")],
)
def test_a_client_with_a_longer_time_limit_of_its_own_does_not_hang(
    crm_mocks: Run, state_row: StateRow, seconds: str, code: int, says: str
) -> None:
    words = ("--timeout", "5", "-n", "1", "--stop-after", "1")
    done = crm_mocks("fuzz", "--jobs", "4", *words, "--", sys.executable, "-c", PATIENT % seconds)
    assert (done.returncode, says in done.stdout) == (code, True), done.stdout
    limit = f"a time limit of {seconds} s" if code == 0 else "no time limit"
    state_row(TOPIC, f"--timeout 5, and a client with {limit}", f"exit {code}: {says}")
