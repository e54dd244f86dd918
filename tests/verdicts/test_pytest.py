"""Suites of pytest: green means checked, one failure for one broken test, the same in process as over a socket."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.verdicts.conftest import CASES, StateRow

TOPIC = "pytest"


@dataclass(frozen=True)
class Outcome:
    """A finished run of pytest."""

    code: int
    out: str

    @property
    def tests(self) -> str:
        """The numbers of tests by outcome, such as `1 failed, 2 passed`; empty if none ended."""
        found = re.search(r"^(\d+ .*) in [\d.]+s", self.out, re.MULTILINE)
        return found[1] if found else ""

    @property
    def says(self) -> str:
        """The exit code, the outcomes of the tests, and the first line of the verdict."""
        verdict = re.search(r"^Contract .*", self.out, re.MULTILINE)
        return f"exit {self.code}: {self.tests or 'interrupted'}; {verdict[0] if verdict else 'no verdict'}"

    def line(self, pattern: str) -> str:
        """Return the line with a pattern."""
        found = re.search(rf"^.*{pattern}.*$", self.out, re.MULTILINE)
        assert found is not None, self.out
        return found[0].strip()


@pytest.fixture
def run(tmp_path: Path, programs: Path) -> Callable[..., Outcome]:
    """Run a case: ``run("test_silent.py", "-k", "sends")``; keywords are variables of the environment."""

    def start(case: str, *arguments: str, **environment: str) -> Outcome:
        (tmp_path / case).write_text((CASES / "pytest" / case).read_text())
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        done = subprocess.run(
            [programs / "pytest", "-q", "-p", "crm_contracts.pytest_plugin", *arguments, case],
            cwd=tmp_path,
            env={**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "120", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert "INTERNALERROR" not in done.stdout
        return Outcome(done.returncode, done.stdout)

    return start


Run = Callable[..., Outcome]


def test_a_client_that_never_reaches_the_mocks(run: Run, state_row: StateRow, tmp_path: Path) -> None:
    done = run("test_wrong_url.py", "--crm-mocks-junit", "j.xml")
    complaint = done.line("nothing was checked")
    assert (done.code, done.tests) == (1, "1 passed")
    assert "they went to 127.0.0.1:1" in complaint
    assert '<failure message="nothing was checked' in (tmp_path / "j.xml").read_text()
    state_row(TOPIC, "test_wrong_url.py: a client that never reaches the mocks", f"exit {done.code}: {complaint}")


def test_a_silent_test_beside_one_that_sends(run: Run, state_row: StateRow) -> None:
    done = run("test_silent.py")
    assert done.code == 0
    assert "sent nothing:\n  test_silent.py::test_does_not_call\n" in done.out
    state_row(TOPIC, "test_silent.py: one test sends, one does not", f"{done.says}; the silent test is listed")


def test_a_silent_test_alone(run: Run, state_row: StateRow) -> None:
    done = run("test_silent.py", "-k", "does_not_call")
    complaint = done.line("nothing was checked")
    assert done.code == 1
    assert "--crm-mocks-allow-no-requests" in complaint
    state_row(TOPIC, "test_silent.py -k does_not_call", f"exit {done.code}: {complaint}")
    allowed = run("test_silent.py", "-k", "does_not_call", "--crm-mocks-allow-no-requests")
    assert allowed.code == 0
    state_row(TOPIC, "test_silent.py -k does_not_call --crm-mocks-allow-no-requests", allowed.says)


def test_two_workers(run: Run, state_row: StateRow) -> None:
    done = run("test_silent.py", "-p", "xdist", "-n", "2")
    assert done.code == 0
    state_row(TOPIC, "test_silent.py -n 2", done.says)


def test_ctrl_c(run: Run, state_row: StateRow, tmp_path: Path) -> None:
    done = run("test_ctrl_c.py", "--crm-mocks-junit", "j.xml")
    assert (done.code, "Traceback" in done.out) == (2, False)
    assert 'type="key_unknown"' in (tmp_path / "j.xml").read_text()
    state_row(TOPIC, "test_ctrl_c.py: Ctrl-C in a test that broke the contract", f"{done.says}; the report is written")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
def test_a_proxy_in_the_environment(run: Run, state_row: StateRow, name: str) -> None:
    done = run("test_proxy_in_environment.py", **{name: "http://127.0.0.1:9"})
    assert done.code == 0
    state_row(TOPIC, f"test_proxy_in_environment.py with {name}", done.says)


def test_retries(run: Run, state_row: StateRow) -> None:
    done = run("test_retries_offline.py")
    assert (done.code, done.tests) == (0, "10 passed")
    state_row(TOPIC, "test_retries_offline.py: retries of requests, over a socket and in process", done.says)


def test_time_outs(run: Run, state_row: StateRow) -> None:
    done = run("test_time_outs.py", "-W", "error")
    assert (done.code, done.tests) == (0, "6 passed")
    state_row(TOPIC, "test_time_outs.py: asyncio's deadlines, over a socket and in process", done.says)


def test_faults_in_the_body(run: Run, state_row: StateRow) -> None:
    done = run("test_faults_in_the_body.py")
    assert (done.code, done.tests) == (0, "4 passed")
    state_row(TOPIC, "test_faults_in_the_body.py: where faults surface, over a socket and in process", done.says)


def test_a_forked_child(run: Run, state_row: StateRow) -> None:
    done = run("test_forked_child.py")
    refused = done.line("could not be counted, the first")
    assert (done.code, done.tests) == (1, "2 failed")
    assert "Contract broken: 1 rule broken by the client, in 1 of 1 exchange" in done.out
    state_row(TOPIC, "test_forked_child.py: counted by the server, refused in process", f"{done.says}; {refused}")


def test_one_failure_for_one_broken_test(run: Run, state_row: StateRow) -> None:
    done = run("test_one_failure.py")
    assert (done.code, done.tests) == (1, "3 failed, 1 passed, 1 error")
    assert "ERROR test_one_failure.py::test_breaks_the_contract_in_teardown" in done.out
    state_row(TOPIC, "test_one_failure.py: a failure in the call, an error only for a teardown", done.says)


def test_a_rerun_that_passes(run: Run, state_row: StateRow) -> None:
    done = run("test_flaky.py", "-p", "pytest_rerunfailures", "--reruns", "1")
    assert (done.code, done.tests) == (0, "1 passed, 1 rerun")
    state_row(TOPIC, "test_flaky.py --reruns 1", done.says)


def test_a_session_that_tests_share(run: Run, state_row: StateRow) -> None:
    done = run("test_session_scope.py")
    assert (done.code, done.tests) == (1, "1 failed, 2 passed")
    state_row(TOPIC, "test_session_scope.py: one of three tests breaks the contract", done.says)


def test_sockets_that_are_disabled(run: Run, state_row: StateRow) -> None:
    done = run("test_sockets_disabled.py", "-p", "pytest_socket", "--disable-socket")
    assert (done.code, done.tests.startswith("1 failed, 1 passed")) == (1, True)
    assert "--allow-hosts=127.0.0.1" in done.out
    state_row(TOPIC, "test_sockets_disabled.py --disable-socket", f"{done.says}; the error says what to allow")
    allowed = run("test_sockets_disabled.py", "-p", "pytest_socket", "--disable-socket", "--allow-hosts=127.0.0.1")
    assert (allowed.code, allowed.tests) == (0, "2 passed")
    state_row(TOPIC, "test_sockets_disabled.py --disable-socket --allow-hosts=127.0.0.1", allowed.says)


def test_a_receiver_that_breaks_the_contract_is_one_failed_test(
    run: Callable[..., Outcome], state_row: StateRow
) -> None:
    done = run("test_bad_receiver.py")
    assert (done.code, done.tests) == (1, "1 failed"), done.out
    assert "undocumented-status" in done.out
    state_row(TOPIC, "test_bad_receiver.py: a receiver that breaks the contract", f"exit {done.code}: {done.tests}")
