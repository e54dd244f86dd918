"""`python -m crm_contracts.lint [FILE…]`: hold contracts to the house rules.

Exit code 0 when they are kept, 1 with findings, 2 when a file cannot be used.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from crm_contracts.lint.registry import LintRule
from crm_contracts.lint.report import report
from crm_contracts.lint.runner import check_file, rules
from crm_contracts.report.formats import FORMATS
from crm_contracts.report.output import print_report, report_files, write_report
from crm_mocks.contract.source import directory
from crm_mocks.errors import CrmMocksError, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser("python -m crm_contracts.lint", description="Hold contracts to the house rules.")
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="contract; by default all in openapi/")
    parser.add_argument("--list", action="store_true", help="print the rules and why they are there")
    for name, each in FORMATS.items():
        about = f"write the report as {each.label}"
        parser.add_argument(f"--{name}", dest=f"{name}_file", metavar="FILE", type=Path, help=about)
    options = parser.parse_args(arguments)
    if options.list:
        print(*map(_explained, rules()), sep="\n\n")
        return 0
    try:
        found = report({path: check_file(path) for path in options.files or _all_contracts()})
        print_report(found)
        write_report(found, report_files(vars(options)))
    except CrmMocksError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0 if found.passed else 1


def _all_contracts() -> list[Path]:
    found = sorted(directory().glob("*.yaml"))
    if not found:
        raise UsageError(f"there is no contract in {directory()}")
    return found


def _explained(rule: LintRule) -> str:
    return f"{rule.id}\n  why: {rule.why}\n  fix: {rule.fix}"


if __name__ == "__main__":
    sys.exit(main())
