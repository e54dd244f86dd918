"""openapi-typescript: types of a contract, compiled by tsc."""

from __future__ import annotations

from typing import ClassVar

from tools.contracts.published_contract import PublishedContract
from tools.contracts.tool import Tool, ToolResult, error_lines


class OpenapiTypescript(Tool):
    """`openapi-typescript`, then `tsc --strict`."""

    name: ClassVar[str] = "openapi-typescript"
    purpose: ClassVar[str] = "types of all schemas and operations, which `tsc --strict` compiles"
    quick: ClassVar[bool] = True

    def version(self) -> str:
        """Return the installed version."""
        return self.workspace.node_version("openapi-typescript")

    def run(self, contract: PublishedContract) -> ToolResult:
        """Write the types and compile them."""
        types = self.workspace.contract_folder("openapi-typescript", contract.slug) / "contract.ts"
        for command in (
            [self.workspace.node_command("openapi-typescript"), contract.path, "--output", types],
            [self.workspace.node_command("tsc"), "--noEmit", "--strict", types],
        ):
            done = self.workspace.run(command)
            if done.returncode:
                return ToolResult(error_lines(done))
        return ToolResult()
