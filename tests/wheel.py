"""Building and installing wheels, without a package index."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def build(project: Path, folder: Path) -> Path:
    """Build the wheel of a project into a folder and return it."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, site: Path) -> None:
    """Install a wheel into a folder for PYTHONPATH; its dependencies are those of this environment."""
    options = ["--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--target", str(site)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(wheel)], check=True, capture_output=True)


def environment(*sites: Path) -> dict[str, str]:
    """Return the environment of a program that finds installed wheels before this checkout."""
    programs = [*(str(site / "bin") for site in sites), str(Path(sys.executable).parent)]
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
        "PATH": os.pathsep.join([*programs, os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(map(str, sites)),
        "PYTEST_ADDOPTS": "-p no:cacheprovider -p no:schemathesis -p no:rerunfailures",
    }
