"""Environments made by uv."""

from __future__ import annotations

from pathlib import Path

from tools.dependencies.declared import OURS
from tools.release.commands import BIN, run


def install(environment: Path, python: Path, index_url: str, *arguments: str) -> None:
    """Make an environment and install wheels into it.

    Args:
        environment: folder of the new environment.
        python: its interpreter.
        index_url: URL of an index with crm-mocks; everything else comes from the default index.
        arguments: what to install, and options.

    Raises:
        StepError: something cannot be installed.
    """
    folder = environment.parent
    run([BIN / "uv", "venv", "--quiet", "--no-project", "--python", python, environment], folder)
    options = ["--index", index_url, "--refresh-package", OURS, "--only-binary", ":all:"]
    run([BIN / "uv", "pip", "install", "--quiet", "--python", environment, *options, *arguments], folder)
