"""Folder in which the tools are installed and run."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crm_contracts.providers.verify.environment import environment
from crm_mocks.errors import CrmMocksError, UsageError

HERE: Final = Path(__file__).parent
TIMEOUT_SECONDS: Final = 600

_QUIET: Final = {
    "DO_NOT_TRACK": "1",
    "NO_COLOR": "1",
    "NO_UPDATE_NOTIFIER": "1",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "REDOCLY_TELEMETRY": "off",
    "SCARF_ANALYTICS": "false",
    "SPECMATIC_DISABLE_TELEMETRY": "true",
}
"""No telemetry, no look for updates, no colours."""


@dataclass(frozen=True)
class Workspace:
    """The folder, with `node/` and `python/` for installed tools.

    Attributes:
        folder: `build/contracts` in the checkout.
    """

    folder: Path

    @property
    def node_folder(self) -> Path:
        """Folder that has `node_modules`."""
        return self.folder / "node"

    @property
    def python(self) -> Path:
        """Python interpreter of the environment with the packages of requirements.txt."""
        return self.folder / "python" / "bin" / "python"

    def contract_folder(self, *parts: str) -> Path:
        """Return an empty folder for the files of one tool and contract."""
        folder = self.folder.joinpath("work", *parts)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def node_command(self, name: str) -> str:
        """Return the path of a command of an installed npm package."""
        return str(self.node_folder / "node_modules" / ".bin" / name)

    def node_version(self, package: str) -> str:
        """Return the installed version of an npm package."""
        package_file = self.node_folder / "node_modules" / package / "package.json"
        return str(json.loads(package_file.read_text("utf-8"))["version"])

    def run(
        self,
        command: Sequence[object],
        *,
        cwd: Path | None = None,
        timeout: float = TIMEOUT_SECONDS,
        variables: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a tool without telemetry and proxies; capture its output.

        Raises:
            CrmMocksError: it takes longer than `timeout` seconds.
        """
        try:
            return subprocess.run(  # noqa: S603  # commands of the tools, without a shell
                list(map(str, command)),
                cwd=cwd or self.folder,
                env=tool_environment(variables),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise CrmMocksError(f"{Path(str(command[0])).name} took longer than {timeout:.0f} s") from None

    def install_node(self, *, everything: bool) -> None:
        """Install the npm packages of package-lock.json, unless they are installed.

        Args:
            everything: include devDependencies.

        Raises:
            UsageError: node is missing, or npm fails.
        """
        for name in ("node", "npm"):
            if shutil.which(name) is None:
                raise UsageError(f"there is no {name} on this machine: `make contracts` needs node 20 with npm")
        files = [HERE / "package.json", HERE / "package-lock.json"]
        if self._is_installed(self.node_folder, files, everything=everything):
            return
        shutil.rmtree(self.node_folder, ignore_errors=True)
        self.node_folder.mkdir(parents=True)
        for file in files:
            shutil.copy(file, self.node_folder)
        omit = [] if everything else ["--omit=dev"]
        self._install(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", *omit], self.node_folder)
        self._mark_installed(self.node_folder, files, everything=everything)

    def install_python(self) -> None:
        """Install the packages of requirements.txt in an environment of their own, unless they are installed.

        Raises:
            UsageError: pip fails.
        """
        folder, file = self.folder / "python", HERE / "requirements.txt"
        if self._is_installed(folder, [file], everything=True):
            return
        shutil.rmtree(folder, ignore_errors=True)
        self._install([sys.executable, "-m", "venv", str(folder)], self.folder)
        pip = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        self._install([*pip, "--requirement", str(file)], self.folder)
        self._mark_installed(folder, [file], everything=True)

    @staticmethod
    def _install(command: Sequence[str], cwd: Path) -> None:
        done = subprocess.run(  # noqa: S603  # a package manager; with the user's proxies
            command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode:
            lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
            raise UsageError(f"{command[0]} cannot install the tools: {lines[0] if lines else 'it printed nothing'}")

    @staticmethod
    def _is_installed(folder: Path, files: Sequence[Path], *, everything: bool) -> bool:
        stamp = folder / ".installed"
        wanted = {_digest(files, everything=True)} | ({_digest(files, everything=False)} if not everything else set())
        return stamp.exists() and stamp.read_text("utf-8") in wanted

    @staticmethod
    def _mark_installed(folder: Path, files: Sequence[Path], *, everything: bool) -> None:
        (folder / ".installed").write_text(_digest(files, everything=everything), "utf-8")


def tool_environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a tool: without telemetry and proxies, as it only sends to this machine."""
    return {**environment("http://127.0.0.1", **_QUIET), **(variables or {}), "PATH": os.environ.get("PATH", "")}


def _digest(files: Sequence[Path], *, everything: bool) -> str:
    digest = hashlib.sha256(b"all" if everything else b"quick")
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
