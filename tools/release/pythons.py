"""The Python interpreters on which a release is tried."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tools.dependencies.declared import project_table
from tools.release.commands import BIN, StepError, run

_CLASSIFIER = "Programming Language :: Python :: "
VERSIONS = tuple(
    line.removeprefix(_CLASSIFIER) for line in project_table()["classifiers"] if line.startswith(_CLASSIFIER)
)
"""Supported versions, from the oldest, as pyproject.toml lists them."""


def find(version: str) -> Path | None:
    """Return an interpreter of a version such as `3.12`, from PATH, pyenv or uv, which may install it; else `None`."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    on_path = shutil.which(f"python{version}")
    candidates = [*([Path(on_path)] if on_path else []), *sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True)]
    for candidate in candidates:
        if _works(candidate, version):
            return candidate
    try:
        run([BIN / "uv", "--quiet", "python", "install", "--no-bin", version], Path.cwd())
        found = run([BIN / "uv", "--quiet", "python", "find", "--no-project", "--managed-python", version], Path.cwd())
    except StepError:
        return None
    return Path(found.strip())


def _works(python: Path, version: str) -> bool:
    """Return whether it starts and has this version; a shim of pyenv may lead nowhere."""
    code = "import sys, venv, ensurepip; print('{}.{}'.format(*sys.version_info))"
    try:
        return run([python, "-c", code], Path.cwd()).strip() == version
    except StepError:
        return False
