"""A run in which no request came is not green."""

from __future__ import annotations

import sys
from collections.abc import Callable
from subprocess import CompletedProcess
from xml.etree import ElementTree

import pytest

from tests.verdicts.conftest import CASES, StateRow

CrmMocks = Callable[..., CompletedProcess[str]]
TOPIC = "run"
CONTROL = "import os, urllib.request as u; u.urlopen(os.environ['CRM_MOCKS_URL'] + '/__admin/health')"
CONNECT = (
    "import os, socket, urllib.parse as u; url = u.urlsplit(os.environ['CRM_MOCKS_URL'])\n"
    "socket.create_connection((url.hostname, url.port)).close()"
)


@pytest.mark.parametrize(
    ("case", "command", "code"),
    [
        ("a client whose base URL is built in", ["sh", CASES / "clients" / "wrongurl.sh"], 1),
        ("a client that calls the control API only", [sys.executable, "-c", CONTROL], 1),
        ("a client that connects and sends nothing", [sys.executable, "-c", CONNECT], 1),
        ("a client that sends nothing and ends with 7", ["sh", "-c", "exit 7"], 7),
    ],
)
def test_a_run_without_requests_is_not_green(
    crm_mocks: CrmMocks, state_row: StateRow, case: str, command: list[object], code: int
) -> None:
    done = crm_mocks("run", "--junit", "run.xml", "--", *command)
    assert done.returncode == code
    assert "nothing was checked: no request came. Probably the command does not read CRM_MOCKS_URL" in done.stdout
    state_row(TOPIC, case, f"exit {code}: nothing was checked: no request came")


def test_junit_has_a_failure_and_no_passed_case(crm_mocks: CrmMocks, tmp_path, state_row: StateRow) -> None:
    crm_mocks("run", "--junit", "run.xml", "--", "true")
    cases = ElementTree.parse(tmp_path / "run.xml").getroot().findall(".//testcase")
    results = [next((child.tag for child in case if child.tag in ("failure", "skipped")), "passed") for case in cases]
    assert results == ["skipped", "failure"]
    state_row(TOPIC, "no request came, in JUnit", f"cases: {', '.join(results)}")


def test_a_proxy_of_the_environment_is_named(crm_mocks: CrmMocks, state_row: StateRow) -> None:
    done = crm_mocks("run", "--", "true", HTTPS_PROXY="http://127.0.0.1:9")
    assert done.returncode == 1
    assert "or it sends them to the proxy of the environment (HTTPS_PROXY) in spite of NO_PROXY" in done.stdout
    state_row(
        TOPIC, "no request came, and the environment has HTTPS_PROXY", "exit 1: names the proxy of the environment"
    )


def test_a_run_without_requests_passes_on_request(crm_mocks: CrmMocks, state_row: StateRow) -> None:
    done = crm_mocks("run", "--allow-no-requests", "--", "true")
    assert done.returncode == 0
    assert "Contract not checked: no requests were received" in done.stdout
    state_row(TOPIC, "no request came, with --allow-no-requests", "exit 0: Contract not checked")
