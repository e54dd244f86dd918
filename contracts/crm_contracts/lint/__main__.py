"""`python -m crm_contracts.lint [FILE…]`: check contracts against the house rules.

The exit code is 0 without findings, 1 with findings, and 2 if a file cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from crm_contracts.lint.registry import AnyRule
from crm_contracts.lint.report import report
from crm_contracts.lint.runner import check_file, rules
from crm_contracts.report.formats import FORMATS
from crm_contracts.report.output import print_report, report_files, run_all, write_report
from crm_mocks.cli.last_resort import exit_code_of
from crm_mocks.contract.source import directory
from crm_mocks.errors import UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        "python -m crm_contracts.lint", description="Check contracts against the house rules."
    )
    parser.add_argument(
        "files", metavar="FILE", nargs="*", type=Path, help="contract to check; default: all contracts in openapi/"
    )
    parser.add_argument("--list", action="store_true", help="list the rules with their reasons and fixes")
    for name, form in FORMATS.items():
        help_text = f"write the report as {form.label}"
        parser.add_argument(f"--{name}", dest=f"{name}_file", metavar="FILE", type=Path, help=help_text)
    options = parser.parse_args(arguments)
    return exit_code_of(partial(_run, options))


def _run(options: argparse.Namespace) -> int:
    if options.list:
        print(*map(_description, rules()), sep="\n\n")
        return 0
    document = report({path: check_file(path) for path in options.files or _all_contracts()}, rules())
    steps = [partial(write_report, document, report_files(vars(options))), partial(print_report, document)]
    return run_all(steps, 0 if document.passed else 1)


def _all_contracts() -> list[Path]:
    paths = sorted(directory().glob("*.yaml"))
    if not paths:
        raise UsageError(f"no contract in {directory()}")
    return paths


def _description(rule: AnyRule) -> str:
    return f"{rule.id}\n  why: {rule.why}\n  fix: {rule.fix}"


if __name__ == "__main__":
    sys.exit(main())
