"""Reports on the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from crm_contracts.lint.locations import json_path
from crm_contracts.lint.registry import AnyRule, LintFinding, Severity
from crm_contracts.lint.runner import LintResult
from crm_contracts.report.checks import Check, CheckStatus
from crm_contracts.report.document import Block, Fact, FactList, Paragraph, Report, ReportSection, table
from crm_contracts.report.spans import Code, Tone, with_code
from crm_contracts.report.text import plural

_Findings = dict[AnyRule, list[tuple[Path, LintFinding]]]
_TONES: Final = {Severity.ERROR: Tone.BAD, Severity.WARNING: Tone.WARNING}


def report(
    results: Mapping[Path, LintResult],
    rules: Sequence[AnyRule],
    *,
    title: str = "House rules",
    fail_on: Severity = Severity.WARNING,
    limit: int | None = None,
) -> Report:
    """Return the report on the results of contract files.

    Args:
        results: results by contract.
        rules: the rules that were run.
        title: title of the report.
        fail_on: lowest severity of a finding that fails the run.
        limit: maximum number of findings that the text lists for each rule; JUnit and JSON have all.
    """
    found: _Findings = {}
    for path, result in results.items():
        for finding in result.findings:
            found.setdefault(finding.rule, []).append((path, finding))
    findings = {rule: found[rule] for rule in rules if rule in found}
    failing = any(fails(rule, fail_on) for rule in findings)
    return Report(
        command="lint",
        title=title,
        word="broken" if failing else "kept",
        passed=not failing,
        summary=_summary(results, rules, findings),
        sections=(
            *(_section(rule, violations, limit) for rule, violations in findings.items()),
            *(_not_run(path, result) for path, result in results.items() if result.not_run),
        ),
        checks=tuple(_checks(results, fail_on)),
        data=_data(results),
    )


def fails(rule: AnyRule, fail_on: Severity) -> bool:
    """Return whether findings of a rule fail the run."""
    return rule.severity is Severity.ERROR or fail_on is Severity.WARNING


def place(path: Path, finding: LintFinding) -> str:
    """Return file and line of a finding, such as `openapi/toy.yaml:31`."""
    line = f":{finding.line}" if finding.line else ""
    return f"{finding.file or path}{line}"


def _summary(results: Mapping[Path, LintResult], rules: Sequence[AnyRule], findings: _Findings) -> str:
    outcomes = [result.outcomes for result in results.values() if result.outcomes is not None]
    counts = ", ".join(
        [
            plural(len(results), "contract"),
            plural(sum(result.operations for result in results.values()), "operation"),
            *([plural(sum(outcomes), "outcome")] if outcomes else []),
            plural(len(rules), "rule"),
        ]
    )
    if not findings:
        return f"{counts}, all kept"
    if all(rule.severity is Severity.ERROR for rule in rules):
        total = plural(sum(map(len, findings.values())), "finding")
    else:
        total = " and ".join(
            plural(count, severity.value)
            for severity in Severity
            if (count := sum(len(found) for rule, found in findings.items() if rule.severity is severity))
        )
    return f"{counts}, {total} against {plural(len(findings), 'rule')}"


def _section(rule: AnyRule, findings: list[tuple[Path, LintFinding]], limit: int | None) -> ReportSection:
    shown = findings if limit is None else findings[:limit]
    violations = table(
        ("location", "finding"),
        ((Code(f"{place(path, finding)} {json_path(finding.location)}"), finding.message) for path, finding in shown),
    )
    blocks: list[Block] = [FactList((Fact("why", with_code(rule.why)), Fact("fix", with_code(rule.fix)))), violations]
    if len(shown) < len(findings):
        blocks.append(Paragraph(("and ", str(len(findings) - len(shown)), " more: ", Code(f"--rule {rule.id}"))))
    tone = _TONES[rule.severity]
    heading = rule.id if rule.severity is Severity.ERROR else f"{rule.id} ({rule.severity.value})"
    return ReportSection(heading, tuple(blocks), tone=tone)


def _not_run(path: Path, result: LintResult) -> ReportSection:
    rows = table(("rule", "reason"), ((Code(rule.id), rule.only_30) for rule in result.not_run))
    return ReportSection(f"{path}: rules that do not apply to OpenAPI {result.version}", (rows,), folded=True)


def _checks(results: Mapping[Path, LintResult], fail_on: Severity) -> Iterator[Check]:
    """Yield a check for each finding, and for each contract without findings."""
    for path, result in results.items():
        suite = str(path)
        if not result.findings:
            yield Check(suite, result.name, "all rules are kept", message=plural(result.operations, "operation"))
        for finding in result.findings:
            where = f"{place(path, finding)} {json_path(finding.location)}"
            details = f"{where}: {finding.message}\nwhy: {finding.rule.why}\nfix: {finding.rule.fix}"
            name = f"{finding.rule.id} {json_path(finding.location)}"
            if fails(finding.rule, fail_on):
                yield Check(suite, result.name, name, CheckStatus.FAILED, finding.message, finding.rule.id, details)
            else:
                yield Check(suite, result.name, name, message=f"warning: {details}")


def _data(results: Mapping[Path, LintResult]) -> dict[str, object]:
    return {
        "contracts": [
            {
                "file": str(path),
                "operations": result.operations,
                "outcomes": result.outcomes,
                "findings": [_finding(finding) for finding in result.findings],
                **({"not_run": {rule.id: rule.only_30 for rule in result.not_run}} if result.not_run else {}),
            }
            for path, result in results.items()
        ]
    }


def _finding(finding: LintFinding) -> dict[str, Any]:
    return {
        "rule": finding.rule.id,
        "severity": finding.rule.severity.value,
        **({"file": finding.file} if finding.file else {}),
        "line": finding.line,
        "place": json_path(finding.location),
        "message": finding.message,
    }
