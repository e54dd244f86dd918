"""Specmatic, which reads contracts and pairs their examples."""

from __future__ import annotations

import re
from typing import ClassVar, Final

from tools.contracts.published_contract import PublishedContract
from tools.contracts.tool import Tool, ToolResult, error_lines

_LOADED: Final = re.compile(r"^\[OK\] Specification .*: PASSED", re.MULTILINE)
_OBJECTION: Final = "[FAIL] Example has issues"


class Specmatic(Tool):
    """`specmatic validate`."""

    name: ClassVar[str] = "Specmatic"
    purpose: ClassVar[str] = "`specmatic validate` loads the contract; examples that it objects to are warnings"
    needs: ClassVar[str] = "Java; null in each nullable enum; a `type` in every branch of a schema"

    def version(self) -> str:
        """Return the installed version."""
        return self.workspace.node_version("specmatic")

    def run(self, contract: PublishedContract) -> ToolResult:
        """Load a contract; examples that Specmatic does not understand are warnings."""
        jar = self.workspace.node_folder / "node_modules" / "specmatic" / "specmatic.jar"
        folder = self.workspace.contract_folder("specmatic", contract.slug)
        done = self.workspace.run(["java", "-jar", jar, "validate", "--spec-file", contract.path], cwd=folder)
        if not _LOADED.search(done.stdout):
            return ToolResult(error_lines(done))
        return ToolResult(warnings=done.stdout.count(_OBJECTION))
