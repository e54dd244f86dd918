"""The sdist and the wheel, and whether they are what a release needs."""

from __future__ import annotations

import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.release.commands import BIN, StepError, run

_NEEDED: Final = (".dist-info/entry_points.txt", ".dist-info/licenses/LICENSE")
_SOURCES: Final = {"mocks": "", "contracts": "", "openapi": "crm_mocks/openapi/"}
"""Folders of the checkout whose files the wheel holds, and where."""


@dataclass(frozen=True)
class Distributions:
    """The built files of a release."""

    sdist: Path
    wheel: Path


def build(project: Path, folder: Path) -> Distributions:
    """Build the sdist of a project, and the wheel from the sdist.

    The same checkout always gives the same bytes: times are those of the last commit, or of SOURCE_DATE_EPOCH.

    Raises:
        StepError: a build failed.
    """
    for old in folder.glob("crm_mocks-*"):
        old.unlink()
    epoch = {"SOURCE_DATE_EPOCH": source_date(project)}
    run([BIN / "python", "-m", "build", "--no-isolation", "--outdir", folder, project], project, epoch)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Distributions(sdist, wheel)


def source_date(project: Path) -> str:
    """Return SOURCE_DATE_EPOCH: as set, else the time of the last commit, else 1980, since zip files hold no older."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return os.environ["SOURCE_DATE_EPOCH"]
    try:
        return run(["git", "log", "-1", "--format=%ct"], project).strip()
    except StepError:
        return "315532800"


def check(built: Distributions, project: Path) -> None:
    """Check metadata, contents, and that another build gives the same bytes.

    Raises:
        StepError: a check failed.
    """
    run([BIN / "twine", "check", "--strict", built.sdist, built.wheel], project)
    run([BIN / "check-wheel-contents", built.wheel], project)
    absent = missing(built.wheel, project)
    if absent:
        raise StepError(f"{built.wheel.name} lacks {', '.join(absent)}")
    with tempfile.TemporaryDirectory() as folder:
        again = build(project, Path(folder))
        direct = _wheel_of_the_checkout(project, Path(folder, "direct"))
        for name, one, other in (
            ("sdist", built.sdist, again.sdist),
            ("wheel", built.wheel, again.wheel),
            ("wheel of the sdist", built.wheel, direct),
        ):
            if one.read_bytes() != other.read_bytes():
                raise StepError(f"the {name} of a second build is different")


def missing(wheel: Path, project: Path) -> list[str]:
    """Return what an installed wheel needs and this one does not hold: files of the packages, licence, entry points."""
    names = zipfile.ZipFile(wheel).namelist()
    files = [
        target + path.relative_to(project / folder).as_posix()
        for folder, target in _SOURCES.items()
        for path in sorted((project / folder).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return [file for file in (*files, *_NEEDED) if not any(name.endswith(file) for name in names)]


def _wheel_of_the_checkout(project: Path, folder: Path) -> Path:
    command: list[str | Path] = [
        BIN / "python",
        "-m",
        "build",
        "--no-isolation",
        "--wheel",
        "--outdir",
        folder,
        project,
    ]
    run(command, project, {"SOURCE_DATE_EPOCH": source_date(project)})
    (wheel,) = folder.glob("*.whl")
    return wheel
