"""Findings that are not errors of a contract, with the reason: excused.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crm_mocks.contract.source import load_yaml
from crm_mocks.errors import UsageError
from tools.contracts.tool import ToolFinding
from tools.contracts.workspace import HERE

FILE: Final = HERE / "excused.yaml"
_REQUIRED: Final = {"tool", "finding", "reason"}


@dataclass(frozen=True)
class Excuse:
    """A kind of finding that does not fail.

    Attributes:
        tool: name of the tool.
        finding: pattern of the finding's text.
        reason: why it is no error of the contract.
        vendors: vendors that it applies to; all if empty.
    """

    tool: str
    finding: re.Pattern[str]
    reason: str
    vendors: tuple[str, ...] = ()

    def covers(self, tool: str, vendor: str, finding: ToolFinding) -> bool:
        """Return whether a finding of a tool on a vendor's contract is excused."""
        return (
            tool == self.tool
            and (not self.vendors or vendor in self.vendors)
            and self.finding.search(str(finding)) is not None
        )


def read(path: Path = FILE) -> list[Excuse]:
    """Return the entries of a file.

    Raises:
        UsageError: an entry is malformed.
    """
    return [_excuse(path, number, entry) for number, entry in enumerate(load_yaml(path.read_text("utf-8")), 1)]


def excuse_for(excuses: Sequence[Excuse], tool: str, vendor: str, finding: ToolFinding) -> Excuse | None:
    """Return the first entry that covers a finding."""
    return next((excuse for excuse in excuses if excuse.covers(tool, vendor, finding)), None)


def _excuse(path: Path, number: int, entry: Mapping[str, Any]) -> Excuse:
    if not isinstance(entry, Mapping) or not _REQUIRED <= entry.keys() <= _REQUIRED | {"vendors"}:
        raise UsageError(f"{path.name}: entry {number} needs tool, finding and reason, and may have vendors")
    try:
        pattern = re.compile(entry["finding"])
    except re.error as error:
        raise UsageError(f"{path.name}: entry {number}: {entry['finding']!r} is no pattern: {error}") from None
    return Excuse(entry["tool"], pattern, " ".join(entry["reason"].split()), tuple(entry.get("vendors", ())))
