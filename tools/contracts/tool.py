"""Interface of a tool, and what it returns."""

from __future__ import annotations

import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from tools.contracts.published_contract import PublishedContract
from tools.contracts.workspace import Workspace


@dataclass(frozen=True)
class ToolFinding:
    """One error that a tool reports.

    Attributes:
        place: where, as the tool names it: a JSON pointer, a line, an operation.
        message: the tool's message, on one line.
    """

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


@dataclass(frozen=True)
class StatementCounts:
    """Statements of a client: requests that it sent.

    Attributes:
        sent: requests sent.
        answered: requests that got the documented status.
        read: responses whose models, written again, equal what was sent; of tools that have models.
    """

    sent: int
    answered: int
    read: int | None = None

    def __str__(self) -> str:
        return "/".join(str(count) for count in (self.sent, self.answered, self.read) if count is not None)


@dataclass(frozen=True)
class ToolResult:
    """Result of one tool on one contract.

    Attributes:
        findings: errors.
        warnings: number of warnings, which do not fail.
        statements: of tools that send requests.
        skipped: why the tool did not run; empty if it did.
    """

    findings: Sequence[ToolFinding] = ()
    warnings: int = 0
    statements: StatementCounts | None = None
    skipped: str = ""


@dataclass
class Tool(ABC):
    """A tool that reads contracts.

    Attributes:
        name: name in the table.
        purpose: what it checks, for the page.
        needs: what it needs of a contract, for the page; empty if nothing in particular.
        quick: part of `--quick`.
        every_release: also run on the releases that are not the default.
    """

    name: ClassVar[str]
    purpose: ClassVar[str]
    needs: ClassVar[str] = ""
    quick: ClassVar[bool] = False
    every_release: ClassVar[bool] = True

    workspace: Workspace = field(repr=False)

    @abstractmethod
    def version(self) -> str:
        """Return the installed version."""

    @abstractmethod
    def run(self, contract: PublishedContract) -> ToolResult:
        """Run the tool on a contract.

        Raises:
            CrmMocksError: the tool does not work.
        """


def error_lines(done: subprocess.CompletedProcess[str]) -> list[ToolFinding]:
    """Return the lines of a failed command that mention an error, or its last line if none does."""
    lines = [" ".join(line.split())[:300] for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()] or lines[-1:] or [f"exit code {done.returncode}"]
    return [ToolFinding("", line) for line in errors]
