"""`python -m tools.contracts [VENDOR…]`: tools of the field on the published contracts.

Exit code 0 if there are no findings but excused ones, 1 otherwise, 2 on a usage error or if a tool cannot be installed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from crm_contracts.report.files import write
from crm_mocks.contract.source import directory
from crm_mocks.errors import CrmMocksError
from tools.contracts import excused
from tools.contracts.catalogue import chosen_tools
from tools.contracts.page import page
from tools.contracts.published_contract import published_contracts
from tools.contracts.runner import ContractReport, run_all, stale
from tools.contracts.table import print_findings, print_report
from tools.contracts.workspace import Workspace


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(
        "python -m tools.contracts", description="Run tools of the field on the contracts."
    )
    parser.add_argument("vendors", metavar="VENDOR", nargs="*", help="vendor (default: all)")
    parser.add_argument("--quick", action="store_true", help="only the tools that send nothing and generate no clients")
    parser.add_argument("--tool", metavar="NAME", action="append", default=[], help="only this tool; repeatable")
    parser.add_argument("--page", type=Path, help="page to write after a run of all tools on all contracts")
    build = directory().parent / "build" / "contracts"
    parser.add_argument("--build", type=Path, default=build, metavar="DIR", help="where tools are installed and run")
    options = parser.parse_args(arguments)
    try:
        report = _run(options)
    except CrmMocksError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 1 if report.failed else 0


def _run(options: argparse.Namespace) -> ContractReport:
    excuses = excused.read()
    workspace = Workspace(options.build.absolute())
    tools = chosen_tools(workspace, options.tool, quick=options.quick)
    contracts = published_contracts(options.vendors, workspace.contract_folder("contracts"))
    quick = all(tool.quick for tool in tools)
    workspace.install_node(everything=not quick)
    if not quick:
        workspace.install_python()
    console = Console(width=None if sys.stdout.isatty() else 200)
    report = ContractReport(tools, {}, [])
    for cell, report in run_all(tools, contracts, excuses):  # noqa: B007  # the last report is complete
        print_findings(cell, console)
    complete = not (options.vendors or options.tool or options.quick)
    if complete:
        report.stale = stale(excuses, report)
    print_report(report, console)
    if options.page and complete:
        write(options.page, page(report), "the page of the contracts")
    return report


if __name__ == "__main__":
    sys.exit(main())
