"""The table and the findings, printed."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from tools.contracts.runner import Cell, ContractReport


def print_report(report: ContractReport, console: Console) -> None:
    """Print the table, then the findings."""
    table = Table(title="Contracts", caption="statements: sent/answered/read")
    for head in ("tool", "version", *report.contracts):
        table.add_column(head, overflow="fold")
    for tool in report.tools:
        cells = [report.cells.get((tool.name, contract)) for contract in report.contracts]
        table.add_row(tool.name, report.versions[tool.name], *(_styled(cell) for cell in cells))
    console.print(table)
    for excuse in report.stale:
        console.print(f"excused.yaml: no finding of {excuse.tool} matches {excuse.finding.pattern!r}", markup=False)


def print_findings(cell: Cell, console: Console, limit: int = 20) -> None:
    """Print the findings of one tool on one contract, or why it was skipped.

    Args:
        cell: the result.
        console: to print to.
        limit: maximum number of findings to print.
    """
    for finding in cell.findings[:limit]:
        console.print(f"{cell.tool}: {cell.contract}: {finding}", markup=False, soft_wrap=True)
    if len(cell.findings) > limit:
        console.print(f"{cell.tool}: {cell.contract}: {len(cell.findings) - limit} more", markup=False)
    if cell.skipped:
        console.print(f"{cell.tool}: {cell.contract}: skipped: {cell.skipped}", markup=False)


def _styled(cell: Cell | None) -> str:
    if cell is None:
        return ""
    style = "red" if cell.findings else "yellow" if cell.skipped else "green"
    return f"[{style}]{cell.text()}[/]"
