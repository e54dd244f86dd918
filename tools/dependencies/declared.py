"""The requirements in pyproject.toml, each with the reason that its comment gives."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PYPROJECT: Final = Path(__file__).parents[2] / "pyproject.toml"
OURS: Final = "crm-mocks"
ALWAYS: Final = ""
"""Group of the packages that are installed without any extra."""

FOR_USERS: Final = ("fuzz", "redis", "verify")
"""Extras that users install; the others are for work on the project."""

_COMMENT: Final = re.compile(r"""^ *(?P<quote>["'])(?P<requirement>.+?)(?P=quote), *# *(?P<reason>.+)$""", re.MULTILINE)


@dataclass(frozen=True)
class Declared:
    """A requirement.

    Attributes:
        name: normalized name of the package.
        group: the extra that installs it, or ALWAYS.
        reason: why it is needed; empty if there is no comment.
    """

    name: str
    requirement: Requirement
    group: str
    reason: str

    @property
    def applies(self) -> bool:
        """Whether it is installed on this platform."""
        return self.requirement.marker is None or self.requirement.marker.evaluate()


def project_table(pyproject: Path = PYPROJECT) -> dict[str, Any]:
    """Return the table `project` of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads(pyproject.read_text("utf-8"))["project"]
    return table


def declared(pyproject: Path = PYPROJECT) -> list[Declared]:
    """Return the requirements in the order of the file, without those for extras of our own."""
    project = project_table(pyproject)
    reasons = {match["requirement"]: match["reason"] for match in _COMMENT.finditer(pyproject.read_text("utf-8"))}
    groups = {ALWAYS: project["dependencies"], **project.get("optional-dependencies", {})}
    found = [(Requirement(line), group, reasons.get(line, "")) for group, lines in groups.items() for line in lines]
    return [
        Declared(canonicalize_name(requirement.name), requirement, group, reason)
        for requirement, group, reason in found
        if canonicalize_name(requirement.name) != OURS
    ]
