"""Redocly with its recommended rules."""

from __future__ import annotations

import json
from typing import ClassVar

from crm_mocks.errors import CrmMocksError
from tools.contracts.published_contract import PublishedContract
from tools.contracts.tool import Tool, ToolFinding, ToolResult


class Redocly(Tool):
    """`redocly lint --extends recommended`."""

    name: ClassVar[str] = "Redocly"
    purpose: ClassVar[str] = "`recommended`: structure, references, examples"
    needs: ClassVar[str] = "`info.license`; no siblings of `$ref`"
    quick: ClassVar[bool] = True

    def version(self) -> str:
        """Return the installed version."""
        return self.workspace.node_version("@redocly/cli")

    def run(self, contract: PublishedContract) -> ToolResult:
        """Lint a contract; errors are findings."""
        command = [self.workspace.node_command("redocly"), "lint", contract.path, "--extends", "recommended"]
        done = self.workspace.run([*command, "--format", "json", "--max-problems", "10000"])
        try:
            report = json.loads(done.stdout)
        except ValueError:
            raise CrmMocksError(f"Redocly fails: {(done.stderr or done.stdout).strip()[-300:]}") from None
        errors = [
            ToolFinding(_pointer(problem), f"{problem['ruleId']}: {problem['message']}")
            for problem in report["problems"]
            if problem["severity"] == "error"
        ]
        return ToolResult(errors, warnings=report["totals"]["warnings"])


def _pointer(problem: dict[str, list[dict[str, str]]]) -> str:
    locations = problem.get("location") or [{}]
    return locations[0].get("pointer", "")
