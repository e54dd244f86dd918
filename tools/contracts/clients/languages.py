"""The generated clients that are built and run, one class per language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from tools.contracts.clients.client import DRIVERS, GeneratedClient
from tools.contracts.clients.generator import generator_jar
from tools.contracts.tool import ToolFinding, error_lines


class PythonClient(GeneratedClient):
    """The generator `python`: pydantic models, urllib3."""

    name: ClassVar[str] = "client in Python"
    purpose: ClassVar[str] = "the generated client, run: models of all requests and responses"
    generator: ClassVar[str] = "python"

    def build(self, folder: Path) -> Sequence[ToolFinding]:
        """Compile the modules."""
        done = self.workspace.run([self.workspace.python, "-m", "compileall", "-q", folder / "openapi_client"])
        return error_lines(done) if done.returncode else ()

    def driver(self, folder: Path) -> list[object]:  # noqa: ARG002  # as all languages
        """Return the command of the driver."""
        return [self.workspace.python, DRIVERS / "driver.py"]


class TypescriptClient(GeneratedClient):
    """The generator `typescript-fetch`, compiled by tsc."""

    name: ClassVar[str] = "client in TypeScript"
    purpose: ClassVar[str] = "the generated client (fetch), compiled by `tsc --strict` and run by node"
    generator: ClassVar[str] = "typescript-fetch"

    def build(self, folder: Path) -> Sequence[ToolFinding]:
        """Compile to JavaScript."""
        types = self.workspace.node_folder / "node_modules" / "@types"
        target = ["--strict", "--target", "es2022", "--module", "commonjs", "--lib", "es2022,dom", "--types", "node"]
        command = [self.workspace.node_command("tsc"), *target, "--typeRoots", types]
        done = self.workspace.run([*command, "--outDir", folder / "out", folder / "index.ts"])
        return error_lines(done) if done.returncode else ()

    def driver(self, folder: Path) -> list[object]:
        """Return the command of the driver, which loads the compiled client."""
        (folder / "package.json").write_text('{"main": "out/index.js"}', "utf-8")
        return ["node", DRIVERS / "driver.cjs"]


class PhpClient(GeneratedClient):
    """The generator `php`, with Guzzle from PHP's include path."""

    name: ClassVar[str] = "client in PHP"
    purpose: ClassVar[str] = "the generated client, run with Guzzle"
    needs: ClassVar[str] = "PHP 8.1 or later with curl, mbstring and Guzzle 7 (Debian: `php-guzzlehttp-guzzle`)"
    generator: ClassVar[str] = "php"
    commands: ClassVar[tuple[str, ...]] = ("java", "php")

    def build(self, folder: Path) -> Sequence[ToolFinding]:
        """Parse the files."""
        for file in sorted((folder / "lib").rglob("*.php")):
            done = self.workspace.run(["php", "-l", file])
            if done.returncode:
                return error_lines(done)
        return ()

    def driver(self, folder: Path) -> list[object]:  # noqa: ARG002  # as all languages
        """Return the command of the driver."""
        return ["php", "-d", "error_reporting=E_ALL & ~E_DEPRECATED", DRIVERS / "driver.php"]


class JavaClient(GeneratedClient):
    """The generator `java` with the JDK's HTTP client; Jackson comes from the generator's own jar."""

    name: ClassVar[str] = "client in Java"
    purpose: ClassVar[str] = "the generated client (`native`, Jackson), compiled by javac and run"
    needs: ClassVar[str] = "a JDK from 17"
    generator: ClassVar[str] = "java"
    options: ClassVar[str] = "library=native,openApiNullable=false,useJakartaEe=false,hideGenerationTimestamp=true"
    commands: ClassVar[tuple[str, ...]] = ("java", "javac")

    def build(self, folder: Path) -> Sequence[ToolFinding]:
        """Compile the client and the driver."""
        sources = [*(folder / "src" / "main").rglob("*.java"), *(DRIVERS / "java").rglob("*.java")]
        command = ["javac", "-nowarn", "-parameters", "-classpath", generator_jar(self.workspace)]
        done = self.workspace.run([*command, "-d", folder / "classes", *sources])
        return error_lines(done) if done.returncode else ()

    def driver(self, folder: Path) -> list[object]:
        """Return the command of the driver."""
        return ["java", "-classpath", f"{folder / 'classes'}:{generator_jar(self.workspace)}", "Driver"]
