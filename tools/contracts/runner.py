"""Run tools on contracts, several at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from crm_contracts.report.text import plural
from crm_mocks.errors import CrmMocksError
from tools.contracts.excused import Excuse, excuse_for
from tools.contracts.published_contract import PublishedContract
from tools.contracts.tool import StatementCounts, Tool, ToolFinding, ToolResult

_THREADS: Final = 2
"""Most tools use one core each, and the smallest CI machines have two."""


@dataclass(frozen=True)
class Cell:
    """Result of one tool on one contract, with its excused findings apart.

    Attributes:
        tool: name of the tool.
        contract: name of the contract.
        findings: findings that fail.
        excused: excused findings, each with its excuse.
        warnings: number of warnings.
        statements: of tools that send requests.
        skipped: why the tool did not run; empty if it did.
    """

    tool: str
    contract: str
    findings: tuple[ToolFinding, ...]
    excused: tuple[tuple[ToolFinding, Excuse], ...] = ()
    warnings: int = 0
    statements: StatementCounts | None = None
    skipped: str = ""

    def text(self) -> str:
        """Return the text of the table's cell."""
        if self.skipped:
            return "skipped"
        parts = [plural(len(self.findings), "error") if self.findings else "ok"]
        if self.excused:
            parts.append(f"{len(self.excused)} excused")
        if self.warnings:
            parts.append(plural(self.warnings, "warning"))
        if self.statements:
            parts.append(str(self.statements))
        return ", ".join(parts)


@dataclass
class ContractReport:
    """Results of all tools on all contracts.

    Attributes:
        tools: in the order of the table.
        versions: version of each tool by name.
        contracts: names of the contracts.
        cells: by tool and contract.
        stale: excuses that excused nothing; only known after a full run.
    """

    tools: Sequence[Tool]
    versions: dict[str, str]
    contracts: Sequence[str]
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    stale: Sequence[Excuse] = ()

    @property
    def failed(self) -> bool:
        """Whether a finding is not excused, or an excuse excuses nothing."""
        return bool(self.stale) or any(cell.findings for cell in self.cells.values())


def run_all(
    tools: Sequence[Tool], contracts: Sequence[PublishedContract], excuses: Sequence[Excuse]
) -> Iterator[tuple[Cell, ContractReport]]:
    """Run each tool on each contract; yield each result as it comes, with the report so far.

    Args:
        tools: installed tools.
        contracts: a tool without `every_release` runs on those without settings only.
        excuses: findings that do not fail.

    Raises:
        CrmMocksError: a tool does not work.
    """
    report = ContractReport(tools, {tool.name: tool.version() for tool in tools}, [each.name for each in contracts])
    pairs = [(tool, each) for tool in tools for each in contracts if tool.every_release or not each.settings]
    with ThreadPoolExecutor(_THREADS) as pool:
        for cell in pool.map(lambda pair: _cell(pair[0], pair[1], excuses), pairs):
            report.cells[cell.tool, cell.contract] = cell
            yield cell, report


def stale(excuses: Iterable[Excuse], report: ContractReport) -> list[Excuse]:
    """Return the excuses that excused nothing in a run of all tools on all contracts, skipped tools aside."""
    used = {id(excuse) for cell in report.cells.values() for _, excuse in cell.excused}
    ran = {cell.tool for cell in report.cells.values() if not cell.skipped}
    return [excuse for excuse in excuses if id(excuse) not in used and excuse.tool in ran]


def _cell(tool: Tool, contract: PublishedContract, excuses: Sequence[Excuse]) -> Cell:
    try:
        result = tool.run(contract)
    except CrmMocksError as error:
        result = ToolResult([ToolFinding("", f"{tool.name} does not work: {error}")])
    failing: list[ToolFinding] = []
    excused: list[tuple[ToolFinding, Excuse]] = []
    for finding in result.findings:
        excuse = excuse_for(excuses, tool.name, contract.vendor, finding)
        if excuse:
            excused.append((finding, excuse))
        else:
            failing.append(finding)
    return Cell(
        tool.name, contract.name, tuple(failing), tuple(excused), result.warnings, result.statements, result.skipped
    )
