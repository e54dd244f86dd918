"""`python -m crm_contracts.lint [FILE…]`: hold contracts to the house rules.

Exit code 0 when they are kept, 1 with findings, 2 when a file cannot be used.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from crm_contracts.lint.places import json_path
from crm_contracts.lint.registry import LintFinding, LintRule
from crm_contracts.lint.runner import LintReport, check_file, rules
from crm_mocks.contract.source import directory
from crm_mocks.errors import CrmMocksError, UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser("python -m crm_contracts.lint", description="Hold contracts to the house rules.")
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="contract; by default all in openapi/")
    parser.add_argument("--list", action="store_true", help="print the rules and why they are there")
    chosen = parser.parse_args(arguments)
    if chosen.list:
        print(*map(_explained, rules()), sep="\n\n")
        return 0
    try:
        reports = {path: check_file(path) for path in chosen.files or _all_contracts()}
    except CrmMocksError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    for path, report in reports.items():
        _print_findings(path, report.findings)
    print(_summary(reports.values()))
    return 1 if any(report.findings for report in reports.values()) else 0


def _all_contracts() -> list[Path]:
    found = sorted(directory().glob("*.yaml"))
    if not found:
        raise UsageError(f"there is no contract in {directory()}")
    return found


def _print_findings(path: Path, findings: Iterable[LintFinding]) -> None:
    by_rule: dict[LintRule, list[LintFinding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    for each, found in by_rule.items():
        print(_explained(each))
        for finding in found:
            print(f"  {path}:{json_path(finding.place)}: {finding.message}")
        print()


def _explained(rule: LintRule) -> str:
    return f"{rule.id}\n  why:  {rule.why}\n  mend: {rule.mend}"


def _summary(reports: Iterable[LintReport]) -> str:
    reports = list(reports)
    findings = sum(len(report.findings) for report in reports)
    broken = len({finding.rule.id for report in reports for finding in report.findings})
    counted = ", ".join(
        [
            _number(len(reports), "contract"),
            _number(sum(report.operations for report in reports), "operation"),
            _number(sum(report.outcomes for report in reports), "outcome"),
            _number(len(rules()), "rule"),
        ]
    )
    against = f"{_number(findings, 'finding')} against {_number(broken, 'rule')}"
    return f"{counted}: {against if findings else 'all rules are kept'}"


def _number(count: int, of: str) -> str:
    return f"{count} {of}{'' if count == 1 else 's'}"


if __name__ == "__main__":
    sys.exit(main())
