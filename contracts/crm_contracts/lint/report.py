"""Report on the house rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from crm_contracts.lint.locations import json_path
from crm_contracts.lint.registry import LintFinding, LintRule
from crm_contracts.lint.runner import LintResult, rules
from crm_contracts.report.document import Check, CheckStatus, Code, Fact, FactList, Report, ReportSection, Tone, table
from crm_contracts.report.text import plural

_Findings = dict[LintRule, list[tuple[Path, LintFinding]]]


def report(results: Mapping[Path, LintResult]) -> Report:
    """Return the report on the results of contract files."""
    findings: _Findings = {}
    for path, result in results.items():
        for finding in result.findings:
            findings.setdefault(finding.rule, []).append((path, finding))
    return Report(
        command="lint",
        title="House rules",
        word="broken" if findings else "kept",
        passed=not findings,
        summary=_summary(results, findings),
        sections=tuple(_section(rule, violations) for rule, violations in findings.items()),
        checks=tuple(_checks(results)),
        data=_data(results),
    )


def _summary(results: Mapping[Path, LintResult], findings: _Findings) -> str:
    counts = ", ".join(
        [
            plural(len(results), "contract"),
            plural(sum(result.operations for result in results.values()), "operation"),
            plural(sum(result.outcomes for result in results.values()), "outcome"),
            plural(len(rules()), "rule"),
        ]
    )
    if not findings:
        return f"{counts}, all kept"
    total = sum(map(len, findings.values()))
    return f"{counts}, {plural(total, 'finding')} against {plural(len(findings), 'rule')}"


def _section(rule: LintRule, findings: list[tuple[Path, LintFinding]]) -> ReportSection:
    violations = table(
        ("location", "finding"),
        ((Code(_place(path, finding)), finding.message) for path, finding in findings),
    )
    return ReportSection(rule.id, (FactList((Fact("why", rule.why), Fact("fix", rule.fix))), violations), tone=Tone.BAD)


def _place(path: Path, finding: LintFinding) -> str:
    """Return the place of a finding, such as `openapi/toy.yaml:31 $.paths['/toy'].get`."""
    line = f":{finding.line}" if finding.line else ""
    return f"{path}{line} {json_path(finding.location)}"


def _checks(results: Mapping[Path, LintResult]) -> Iterator[Check]:
    """Yield a check for each finding, and for each contract without findings."""
    for path, result in results.items():
        suite = str(path)
        if not result.findings:
            yield Check(suite, result.name, "all rules are kept", message=plural(result.operations, "operation"))
        for finding in result.findings:
            details = f"{_place(path, finding)}: {finding.message}\nwhy: {finding.rule.why}\nfix: {finding.rule.fix}"
            name = f"{finding.rule.id} {json_path(finding.location)}"
            yield Check(suite, result.name, name, CheckStatus.FAILED, finding.message, finding.rule.id, details)


def _data(results: Mapping[Path, LintResult]) -> dict[str, object]:
    return {
        "contracts": [
            {
                "file": str(path),
                "operations": result.operations,
                "outcomes": result.outcomes,
                "findings": [
                    {
                        "rule": finding.rule.id,
                        "line": finding.line,
                        "place": json_path(finding.location),
                        "message": finding.message,
                    }
                    for finding in result.findings
                ],
            }
            for path, result in results.items()
        ]
    }
