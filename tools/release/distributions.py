"""The sdist and the wheel: built reproducibly, and checked."""

from __future__ import annotations

import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.release.commands import BIN, StepError, run

_METADATA: Final = (".dist-info/entry_points.txt", ".dist-info/licenses/LICENSE")
_FOLDERS: Final = {"mocks": "", "contracts": "", "openapi": "crm_mocks/openapi/"}
"""Folders of the checkout that are in the wheel, each with its place there."""


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
    _build(project, folder)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Distributions(sdist, wheel)


def source_date(project: Path) -> str:
    """Return SOURCE_DATE_EPOCH if it is set, else the time of the last commit, else the oldest that zip files hold."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return os.environ["SOURCE_DATE_EPOCH"]
    try:
        return run(["git", "log", "-1", "--format=%ct"], project).strip()
    except StepError:
        return "315532800"


def check(built: Distributions, project: Path) -> None:
    """Check metadata, contents, and that a second build gives the same bytes.

    Raises:
        StepError: a check failed.
    """
    run([BIN / "twine", "check", "--strict", built.sdist, built.wheel], project)
    run([BIN / "check-wheel-contents", built.wheel], project)
    absent = missing(built.wheel, project)
    if absent:
        raise StepError(f"{built.wheel.name} lacks {', '.join(absent)}")
    with tempfile.TemporaryDirectory() as folder:
        second = build(project, Path(folder))
        direct = Path(folder, "direct")
        _build(project, direct, "--wheel")
        for first, other in (
            (built.sdist, second.sdist),
            (built.wheel, second.wheel),
            (built.wheel, direct / built.wheel.name),
        ):
            if first.read_bytes() != other.read_bytes():
                origin = "the checkout" if other.parent == direct else "a second build"
                raise StepError(f"{first.name} differs from that of {origin}")


def missing(wheel: Path, project: Path) -> list[str]:
    """Return the files that a wheel lacks: modules and data of the packages, licence, entry points."""
    names = zipfile.ZipFile(wheel).namelist()
    files = [
        target + path.relative_to(project / folder).as_posix()
        for folder, target in _FOLDERS.items()
        for path in sorted((project / folder).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return [file for file in (*files, *_METADATA) if not any(name.endswith(file) for name in names)]


def _build(project: Path, folder: Path, *options: str) -> None:
    """Build distributions of a project into a folder: an sdist and the wheel from it, unless options say otherwise."""
    epoch = {"SOURCE_DATE_EPOCH": source_date(project)}
    run([BIN / "python", "-m", "build", "--no-isolation", *options, "--outdir", folder, project], project, epoch)
