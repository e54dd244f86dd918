"""Postman's converter and its command line, newman."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar

from tools.contracts.published_contract import PublishedContract
from tools.contracts.statements import credentials
from tools.contracts.tool import StatementCounts, Tool, ToolFinding, ToolResult, error_lines
from tools.contracts.traffic.served_mock import served_mock


class Postman(Tool):
    """`openapi2postmanv2`, then `newman run` against the mock."""

    name: ClassVar[str] = "Postman"
    purpose: ClassVar[str] = "the converter's collection runs under newman against the mock, and each request succeeds"
    needs: ClassVar[str] = "an example in each request media type"

    def version(self) -> str:
        """Return the installed versions."""
        return f"{self.workspace.node_version('openapi-to-postmanv2')}, {self.workspace.node_version('newman')}"

    def run(self, contract: PublishedContract) -> ToolResult:
        """Convert a contract and run the collection."""
        folder = self.workspace.contract_folder("postman", contract.slug)
        collection, report = folder / "collection.json", folder / "report.json"
        converter = self.workspace.node_command("openapi2postmanv2")
        converted = self.workspace.run(
            [converter, "-s", contract.path, "-o", collection, "-O", "parametersResolution=Example"]
        )
        if not collection.exists():
            return ToolResult(error_lines(converted))
        with served_mock(contract) as mock:
            variables = {"baseUrl": mock.url, **_credentials(contract)}
            options = [part for name, value in variables.items() for part in ("--env-var", f"{name}={value}")]
            reporter = ["--reporters", "json", "--reporter-json-export", report]
            done = self.workspace.run([self.workspace.node_command("newman"), "run", collection, *options, *reporter])
        if not report.exists():
            return ToolResult(error_lines(done))
        return _result(json.loads(report.read_text("utf-8"))["run"])


def _credentials(contract: PublishedContract) -> dict[str, str]:
    """Return the demo credentials under the names of the converter's variables."""
    variables: dict[str, str] = {}
    for operation in contract.contract.operations.values():
        keys = credentials(contract, operation)
        if keys.user:
            user, _, password = keys.user.partition(":")
            variables |= {"basicAuthUsername": user, "basicAuthPassword": password}
        for key in (keys.headers or {}).values():
            variables["apiKey"] = key
    return variables


def _result(run: dict[str, Any]) -> ToolResult:
    findings = [ToolFinding(failure["source"]["name"], failure["error"]["message"]) for failure in run["failures"]]
    answered = 0
    for name, status in _statuses(run):
        if 200 <= status < 300:
            answered += 1
        else:
            findings.append(ToolFinding(name, f"status {status}"))
    return ToolResult(findings, statements=StatementCounts(len(run["executions"]), answered))


def _statuses(run: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for execution in run["executions"]:
        yield execution["item"]["name"], execution.get("response", {}).get("code", 0)
