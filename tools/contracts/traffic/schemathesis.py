"""schemathesis as a user runs it: the served contract, no hooks."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar, Final
from xml.etree import ElementTree

from tools.contracts.published_contract import PublishedContract
from tools.contracts.statements import credentials
from tools.contracts.tool import Tool, ToolFinding, ToolResult, error_lines
from tools.contracts.traffic.served_mock import served_mock

SEEDS: Final = (7, 42)
SETTINGS: Final[Mapping[str, Mapping[str, str]]] = {"crmcom": {"error_status": "4xx"}}
"""Settings under which the status distinguishes a refusal from a success, which schemathesis needs."""

_FAILURE_FOUND: Final = 1


class Schemathesis(Tool):
    """`schemathesis run URL/openapi/<vendor>.json` with demo credentials and fixed seeds."""

    name: ClassVar[str] = "schemathesis"
    purpose: ClassVar[str] = (
        f"`schemathesis run` on the served contract, seeds {' and '.join(map(str, SEEDS))}, no hooks"
    )
    needs: ClassVar[str] = "refusals with a status of their own (`crmcom.error_status=4xx`)"
    every_release: ClassVar[bool] = False

    def version(self) -> str:
        """Return the installed version."""
        return version("schemathesis")

    def run(self, contract: PublishedContract) -> ToolResult:
        """Run schemathesis once per seed; each failure is a finding, once."""
        folder = self.workspace.contract_folder("schemathesis", contract.slug)
        findings: list[ToolFinding] = []
        for seed in SEEDS:
            report = folder / f"{seed}.xml"
            with served_mock(contract, SETTINGS.get(contract.vendor)) as mock:
                options = ["--seed", str(seed), "--report", "junit", "--report-junit-path", report]
                url = f"{mock.url}/openapi/{contract.vendor}.json"
                command = [_command(), "run", url, *_login(contract), *options]
                done = self.workspace.run(command, cwd=folder, timeout=1800)
            (folder / f"{seed}.log").write_text(done.stdout, "utf-8")
            if done.returncode not in (0, _FAILURE_FOUND) or not report.exists():
                return ToolResult(error_lines(done))
            findings += _failures(report)
        return ToolResult([*dict.fromkeys(findings)])


def _command() -> str:
    return shutil.which("schemathesis", path=Path(sys.executable).parent) or "schemathesis"


def _login(contract: PublishedContract) -> Iterator[str]:
    """Yield options with demo credentials for all operations that need any."""
    found = [credentials(contract, each) for each in contract.contract.operations.values()]
    for user in dict.fromkeys(keys.user for keys in found if keys.user):
        yield from ("--auth", user)
    for header in dict.fromkeys(f"{name}: {key}" for keys in found for name, key in (keys.headers or {}).items()):
        yield from ("--header", header)


def _failures(report: Path) -> Iterator[ToolFinding]:
    """Yield the failures of a JUnit report that our own run has written."""
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  # written by schemathesis a moment ago
        for failure in (*case.findall("failure"), *case.findall("error")):
            for part in (failure.text or "").split("\n- ")[1:] or [failure.text or failure.get("message") or ""]:
                yield ToolFinding(case.get("name", ""), " ".join(part.split())[:600])
