"""Client programs, and `crm-mocks fuzz` run on them."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crm_contracts.clients.fuzz import cases
from crm_contracts.commands.fuzz import command

PROGRAM = """
import http.client, json, os, sys, time
from urllib.parse import urlsplit

address = urlsplit(os.environ["CRM_MOCKS_CONFIG_API_URL"])
BODY = json.dumps({"leadCustomer": {"firstname": "Ada", "lastname": "Byron", "email": "ada@example.com"}}).encode()
HEADERS = {"x-api-key": "demo-key", "content-type": "application/json"}
LOST, REFUSED = 75, 65

def send():
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60.0)
    try:
        connection.request("POST", "/v1/leads/create", BODY, HEADERS)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, {}, b""
    finally:
        connection.close()

def main(number):
    status, headers, raw = send()
    try:
        body = json.loads(raw)
    except ValueError:
        return LOST
    if status != 200:
        return REFUSED if 400 <= status < 500 and status != 429 else LOST
    if not isinstance(body, dict) or type(body.get("id")) is not int:
        return LOST
%s
    print("lead", body["id"])
    return 0
"""
"""A client of the config API that survives everything, unless what is put in has a weakness.

Its time limit is long, since the machine may be busy: `Fuzzed` ends a silence soon.
"""

ONCE = "\nsys.exit(main(1))\n"
STAYING = """
print("ready", flush=True)
for number, _ in enumerate(sys.stdin, 1):
    print("ready", main(number), flush=True)
"""


def program(weak: str = "", ending: str = STAYING) -> tuple[str, ...]:
    """Return the command that runs the client, with a weakness."""
    return (sys.executable, "-S", "-c", PROGRAM % textwrap.indent(textwrap.dedent(weak), "    ") + ending)


class Fuzzed:
    """A finished `crm-mocks fuzz`, with its report as JSON."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        files = [word for kind in ("json", "junit", "html", "markdown") for word in (f"--{kind}", str(folder / kind))]
        arguments = ("--failures", str(folder / "failures"), *files, *words)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cases, "_silence_ms", lambda _seconds: 1000)  # rather than longer than the run may take
            done = CliRunner().invoke(command, arguments, standalone_mode=False)
        self.code = done.return_value
        self.error = done.exception
        self.out = done.stdout
        self.err = done.stderr
        report = folder / "json"
        self.report: dict[str, Any] = json.loads(report.read_text("utf-8")) if report.exists() else {}

    @property
    def broken(self) -> list[tuple[str, str]]:
        """The weaknesses, and what is unusual about the smallest answers that show them."""
        return [(each["weakness"], each["unusual"]) for each in self.report["weaknesses"]]


Fuzzer = Callable[..., Fuzzed]
CHEAP = ("--persistent", "--timeout", "60", "--vendor", "config_api")


@pytest.fixture
def fuzz(tmp_path: Path) -> Fuzzer:
    """Fuzz a client that stays, which has a weakness, with options."""

    def run(weak: str, *options: str) -> Fuzzed:
        return Fuzzed(tmp_path, *CHEAP, *options, "--", *program(weak))

    return run


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Fuzzed:
    """What is found of a client that cannot bear large ids, with reports."""
    weak = 'if body["id"] > 2**31: raise OverflowError'
    folder = tmp_path_factory.mktemp("fuzzed")
    return Fuzzed(folder, *CHEAP, "-n", "200", "--never-prints", "^Nothing$", "--", *program(weak))
