"""openapi-generator: clients of every contract in all languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar, Final

from crm_mocks.errors import CrmMocksError
from tools.contracts.published_contract import PublishedContract
from tools.contracts.tool import Tool, ToolFinding, ToolResult, error_lines
from tools.contracts.workspace import Workspace

LANGUAGES: Final = ("python", "java", "typescript-fetch", "typescript-axios", "php", "go", "csharp", "kotlin")


class Generator(Tool):
    """`openapi-generator-cli batch`, with the clients of one contract."""

    name: ClassVar[str] = "openapi-generator"
    purpose: ClassVar[str] = f"generates clients: {', '.join(LANGUAGES)}"
    needs: ClassVar[str] = "Java; no `anyOf` or `oneOf` beside `properties`; no object-level `example`"

    def version(self) -> str:
        """Return the installed version."""
        return generator_version(self.workspace)

    def run(self, contract: PublishedContract) -> ToolResult:
        """Generate a client in each language; one without files is a finding."""
        folder = self.workspace.contract_folder("generator", contract.slug)
        configurations = []
        for language in LANGUAGES:
            configuration = folder / f"{language}.json"
            target = {"generatorName": language, "inputSpec": str(contract.path), "outputDir": str(folder / language)}
            configuration.write_text(json.dumps(target), "utf-8")
            configurations.append(configuration)
        done = self.workspace.run([*generator_command(self.workspace), "batch", *configurations], timeout=1200)
        if done.returncode:
            return ToolResult(error_lines(done))
        missing = [language for language in LANGUAGES if not (folder / language / ".openapi-generator").exists()]
        return ToolResult([ToolFinding(language, "no client was generated") for language in missing])


def generator_version(workspace: Workspace) -> str:
    """Return the version of the installed generator."""
    return workspace.run([*generator_command(workspace), "version"]).stdout.strip()


def generator_command(workspace: Workspace) -> list[str]:
    """Return the command of the generator."""
    return ["java", "-jar", str(generator_jar(workspace))]


def generator_jar(workspace: Workspace) -> Path:
    """Return the jar that the Python package brings; it includes the libraries that a Java client needs.

    Raises:
        CrmMocksError: there is none.
    """
    for jar in (workspace.folder / "python").glob("lib/python*/site-packages/openapi_generator_cli/*.jar"):
        return jar
    raise CrmMocksError("the package openapi-generator-cli has no jar")
