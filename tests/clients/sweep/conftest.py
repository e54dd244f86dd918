"""Clients of their own, and sweeps of them."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from crm_contracts.commands.sweep import command
from crm_contracts.clients.sweep import cases
from crm_contracts.clients.sweep.model import SweepResult, SweepOutcome
from crm_contracts.clients.sweep.exit_codes import Rules, judge
from crm_contracts.clients.sweep.runner import Asked, carry_out
from crm_mocks.faults import Fault
from crm_mocks.vendor import Vendor

TOY = """
import http.client, json, os, signal, sys, time, urllib.error, urllib.request
REFUSED, UNREACHABLE = 3, 4
BROKEN = (OSError, http.client.HTTPException, ValueError)
def send(email="ada@example.com", timeout=0.6):
    url = os.environ["CRM_MOCKS_TOY_URL"] + "/toy/contacts"
    headers = {"x-key": "demo-key", "content-type": "application/json"}
    request = urllib.request.Request(url, json.dumps({"email": email}).encode(), headers)
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return json.loads(answer.read())
"""
"""The beginning of clients that send a contact to Toy CRM."""

ROBUST = """
for attempt in range(2):
    try:
        send(timeout=10)
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
def call():
    url = os.environ["CRM_MOCKS_CONFIG_API_URL"] + "/v1/leads/config"
    request = urllib.request.Request(url, headers={"x-api-key": "demo-key"})
    return urllib.request.urlopen(request, timeout=5).read()
"""
"""The beginning of clients that read a lead config, which may be answered 429."""


def python(script: str, *beginning: str) -> tuple[str, ...]:
    """Return the command that runs a script."""
    return (sys.executable, "-c", "\n".join([*beginning, textwrap.dedent(script)]))


class Swept:
    """A finished sweep."""

    def __init__(self, sweep: SweepOutcome) -> None:
        self.sweep = sweep

    def cell(self, label: str, often: str = "once") -> SweepResult:
        """Return the cell of what was given."""
        (found,) = [each for each in self.sweep.cells if (each.given.label, each.given.often) == (label, often)]
        return found

    def judged(self, **rules: Any) -> Swept:
        """Return the same runs under other rules."""
        return Swept(replace(self.sweep, cells=judge(self.sweep.cells, self.sweep.baseline, Rules(**rules))))

    @property
    def failing(self) -> set[str]:
        """What was not survived."""
        return {cell.given.label for cell in self.sweep.failing}


Sweeper = Callable[..., Swept]


@pytest.fixture(scope="session")
def sweep(toy_vendor: Vendor) -> Sweeper:
    """Sweep a client of Toy CRM; keywords as of `Asked`. Faults made of time take less of it than users are given."""

    def run(
        script: str,
        beginning: str = TOY,
        vendor: str | Vendor = toy_vendor,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
        **asked: Any,
    ) -> Swept:
        given = Asked(python(script, beginning), {"port": 0, "vendors": [vendor]}, jobs=4, **{"seconds": 20.0, **asked})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cases, "DELAY_MS", {Fault.TIMEOUT: 800, Fault.SLOW_BODY: 200})
            return Swept(carry_out(given, progress))

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
