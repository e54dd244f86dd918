"""swagger-parser, which many Node tools read contracts with."""

from __future__ import annotations

from typing import ClassVar

from tools.contracts.published_contract import PublishedContract
from tools.contracts.tool import Tool, ToolFinding, ToolResult
from tools.contracts.workspace import HERE


class SwaggerParser(Tool):
    """`SwaggerParser.validate`."""

    name: ClassVar[str] = "swagger-parser"
    purpose: ClassVar[str] = "the OpenAPI 3.0 schema, and that every reference resolves"
    needs: ClassVar[str] = "no YAML merge keys; string keys in `responses`"
    quick: ClassVar[bool] = True

    def version(self) -> str:
        """Return the installed version."""
        return self.workspace.node_version("@apidevtools/swagger-parser")

    def run(self, contract: PublishedContract) -> ToolResult:
        """Validate a contract; the parser reports its first error only."""
        script = HERE / "validators" / "swagger_parser.mjs"
        done = self.workspace.run(["node", script, self.workspace.node_folder, contract.path])
        if done.returncode == 0:
            return ToolResult()
        return ToolResult([ToolFinding("", " ".join((done.stdout or done.stderr).split())[:300])])
