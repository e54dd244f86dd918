"""The Python interpreters on which a release is tried."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tools.release.commands import BIN, StepError, run

VERSIONS = ("3.11", "3.12", "3.13")


def find(version: str) -> Path | None:
    """Return an interpreter of a version such as `3.12`, or None.

    It is looked for on PATH and in pyenv's folder; otherwise uv is asked to install one.
    """
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
    """Tell whether it starts and has this version: a stand-in of pyenv may have none."""
    code = "import sys, venv, ensurepip; print('{}.{}'.format(*sys.version_info))"
    try:
        return run([python, "-c", code], Path.cwd()).strip() == version
    except StepError:
        return False
