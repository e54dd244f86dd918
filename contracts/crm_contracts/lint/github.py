"""Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crm_contracts.lint.registry import LintFinding
from crm_contracts.lint.runner import LintResult


def render(results: Mapping[Path, LintResult]) -> str:
    """Return one line for each finding, such as `::warning file=crm.yaml,line=3,title=type-stated::…`."""
    return "".join(f"{_line(path, finding)}\n" for path, result in results.items() for finding in result.findings)


def _line(path: Path, finding: LintFinding) -> str:
    properties = {"file": Path(finding.file or path).as_posix(), "line": finding.line or 1, "title": finding.rule.id}
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{finding.rule.severity.value} {written}::{_text(f'{finding.message}. {finding.rule.fix}')}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
