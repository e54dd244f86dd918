"""Spectral with its rules for OpenAPI."""

from __future__ import annotations

import json
from typing import ClassVar, Final

from crm_mocks.errors import CrmMocksError
from tools.contracts.published_contract import PublishedContract
from tools.contracts.tool import Tool, ToolFinding, ToolResult
from tools.contracts.workspace import HERE

_ERROR: Final = 0


class Spectral(Tool):
    """`spectral lint` with the ruleset `spectral:oas`."""

    name: ClassVar[str] = "Spectral"
    purpose: ClassVar[str] = "`spectral:oas`: structure, and each example against its schema"
    needs: ClassVar[str] = "request examples that their schema accepts; a `type` beside `nullable`"
    quick: ClassVar[bool] = True

    def version(self) -> str:
        """Return the installed version."""
        return self.workspace.node_version("@stoplight/spectral-cli")

    def run(self, contract: PublishedContract) -> ToolResult:
        """Lint a contract; errors are findings."""
        output = self.workspace.contract_folder("spectral", contract.slug) / "findings.json"
        ruleset = HERE / "validators" / "spectral.yaml"
        command = [self.workspace.node_command("spectral"), "lint", contract.path, "--ruleset", ruleset]
        done = self.workspace.run([*command, "--format", "json", "--output", output])
        if not output.exists():
            raise CrmMocksError(f"Spectral fails: {(done.stderr or done.stdout).strip()[-300:]}")
        problems = json.loads(output.read_text("utf-8"))
        errors = [
            ToolFinding("/".join(map(str, problem["path"])), f"{problem['code']}: {problem['message']}")
            for problem in problems
            if problem["severity"] == _ERROR
        ]
        return ToolResult(errors, warnings=len(problems) - len(errors))
