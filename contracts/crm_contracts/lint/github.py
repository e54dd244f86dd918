"""Findings as workflow commands of GitHub Actions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crm_contracts.lint.registry import LintFinding
from crm_contracts.lint.runner import LintResult
from crm_contracts.report.workflow_command import workflow_command


def render(results: Mapping[Path, LintResult]) -> str:
    """Return one line for each finding, such as `::warning file=crm.yaml,line=3,title=type-stated::…`."""
    return "".join(f"{_line(path, finding)}\n" for path, result in results.items() for finding in result.findings)


def _line(path: Path, finding: LintFinding) -> str:
    return workflow_command(
        finding.rule.severity.value,
        f"{finding.message}. {finding.rule.fix}",
        file=Path(finding.file or path).as_posix(),
        line=finding.line or 1,
        title=finding.rule.id,
    )
