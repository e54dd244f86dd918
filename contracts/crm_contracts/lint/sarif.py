"""Findings in SARIF 2.1.0, which code scanning services and editors read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from crm_contracts.lint.locations import json_path
from crm_contracts.lint.registry import AnyRule, LintFinding
from crm_contracts.lint.runner import LintResult
from crm_mocks import __version__

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def render(results: Mapping[Path, LintResult], rules: Sequence[AnyRule]) -> str:
    """Return a log with one run.

    Args:
        results: results by contract.
        rules: the rules that were run.
    """
    driver = {"name": "crm-mocks lint", "version": __version__, "rules": list(map(_rule, rules))}
    findings = [_result(path, finding) for path, result in results.items() for finding in result.findings]
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": findings}]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: AnyRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.why},
        "help": {"text": rule.fix},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(path: Path, finding: LintFinding) -> dict[str, Any]:
    file = quote(Path(finding.file or path).as_posix())
    return {
        "ruleId": finding.rule.id,
        "level": finding.rule.severity.value,
        "message": {"text": f"{finding.message}. {finding.rule.fix}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": file},
                    "region": {"startLine": finding.line or 1},
                },
                "logicalLocations": [{"fullyQualifiedName": json_path(finding.location)}],
            }
        ],
    }
