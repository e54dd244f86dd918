"""Client programs, and sweeps of them."""

from __future__ import annotations

import sys
import textwrap
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from crm_contracts.clients import campaign
from crm_contracts.clients.campaign import CampaignOptions
from crm_contracts.clients.criteria import PassCriteria
from crm_contracts.clients.process import ExitStatus
from crm_contracts.clients.programs import ProcessResult
from crm_contracts.clients.sweep import model
from crm_contracts.clients.sweep.campaign import sweep as run_sweep
from crm_contracts.clients.sweep.criteria import SweepJudge
from crm_contracts.clients.sweep.model import SweepCampaignResult, SweepResult
from crm_contracts.commands.sweep import command
from crm_mocks.faults import Fault
from crm_mocks.vendor import Vendor

TOY = """
import http.client, json, os, signal, sys, time, urllib.error, urllib.request
environ = globals().get("environ", os.environ)
REFUSED, UNREACHABLE = 3, 4
BROKEN = (OSError, http.client.HTTPException, ValueError)
def send(email="ada@example.com", timeout=60):
    url = environ["CRM_MOCKS_TOY_URL"] + "/toy/contacts"
    headers = {"x-key": "demo-key", "content-type": "application/json"}
    request = urllib.request.Request(url, json.dumps({"email": email}).encode(), headers)
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return json.loads(answer.read())
"""
"""The beginning of clients that send a contact to Toy CRM."""

ROBUST = """
for attempt in range(2):
    try:
        send()
        sys.exit(0)
    except urllib.error.HTTPError as error:
        code = REFUSED if error.code < 500 else UNREACHABLE
    except BROKEN:
        code = UNREACHABLE
    if code == REFUSED:
        break
    time.sleep(0.2)
sys.exit(code)
"""

CONFIG = """
import os, sys, time, urllib.error, urllib.request
environ = globals().get("environ", os.environ)
def call():
    url = environ["CRM_MOCKS_CONFIG_API_URL"] + "/v1/leads/config"
    request = urllib.request.Request(url, headers={"x-api-key": "demo-key"})
    return urllib.request.urlopen(request, timeout=60).read()
"""
"""The beginning of clients that read a lead config, which may be answered 429."""


def python(script: str, *beginning: str) -> tuple[str, ...]:
    """Return the command that runs a script."""
    return (sys.executable, "-c", "\n".join([*beginning, textwrap.dedent(script)]))


class InProcess:
    """A client program whose script is run in this process, since starting one takes longer than its requests."""

    def __init__(self, script: str) -> None:
        self._code = compile(script, "client.py", "exec")

    def run(self, environment: Mapping[str, str], **_limits: float | None) -> ProcessResult:  # it always ends
        """Run the script; it finds its environment as `environ`."""
        began, code, printed = time.monotonic(), 0, ""
        try:
            exec(self._code, {"environ": environment})
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        except Exception:  # noqa: BLE001  # as the interpreter would report it
            code, printed = 1, traceback.format_exc()
        return ProcessResult(ExitStatus(code), time.monotonic() - began, printed.encode())

    def renew(self) -> None:
        """Do nothing: scripts share nothing."""

    def stop(self) -> None:
        """Do nothing: scripts end soon."""


class Swept:
    """A finished sweep."""

    def __init__(self, sweep: SweepCampaignResult) -> None:
        self.sweep = sweep

    def cell(self, label: str, often: str = "once") -> SweepResult:
        """Return the result of a case."""
        (found,) = [each for each in self.sweep.cells if (each.case.label, each.case.often) == (label, often)]
        return found

    def judged(self, **criteria: Any) -> Swept:
        """Return the same runs under other pass criteria."""
        judge = SweepJudge(PassCriteria(**criteria), self.sweep.baseline, self.sweep.cells)
        return Swept(replace(self.sweep, cells=judge.all_judged()))

    @property
    def failing(self) -> set[str]:
        """Labels of the cases that failed."""
        return {cell.case.label for cell in self.sweep.failing}


Sweeper = Callable[..., Swept]


@pytest.fixture(scope="session")
def sweep(toy_vendor: Vendor) -> Sweeper:
    """Sweep a client of Toy CRM, with keywords of `CampaignOptions`; faults that take time are shorter than usual.

    The client is run in this process unless its own `processes` are asked for. Its own time limits are long, since the
    machine may be busy: the mock closes the connection of a time-out after `time_out_ms`.
    """

    def run(
        script: str,
        beginning: str = TOY,
        vendor: str | Vendor = toy_vendor,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
        *,
        processes: bool = False,
        time_out_ms: int = 2000,
        **options: Any,
    ) -> Swept:
        serving = {"port": 0, "vendors": [vendor]}
        given = CampaignOptions(python(script, beginning), serving, jobs=4, **{"seconds": 60.0, **options})
        with pytest.MonkeyPatch.context() as patch:
            if not processes:
                program = InProcess("\n".join([beginning, textwrap.dedent(script)]))
                patch.setattr(campaign, "programs_of", lambda given: [program] * given.jobs)
            patch.setattr(model, "DELAY_MS", {Fault.TIMEOUT: time_out_ms, Fault.SLOW_BODY: 200})
            return Swept(run_sweep(given, progress))

    return run


@pytest.fixture(scope="module")
def robust(sweep: Sweeper) -> Swept:
    """The sweep of a client that survives everything."""
    return sweep(ROBUST)


class Done:
    """A finished command."""

    def __init__(self, *arguments: str) -> None:
        done = CliRunner().invoke(command, arguments, standalone_mode=False)
        self.code = done.return_value
        self.error = done.exception
        self.out = done.stdout
        self.err = done.stderr


@pytest.fixture
def command_line() -> Callable[..., Done]:
    """Run `crm-mocks sweep`."""
    return Done
