"""Running the rules on contracts."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from pathlib import Path

from crm_contracts.lint import checks
from crm_contracts.lint.registry import REGISTER, LintFinding, LintRule
from crm_contracts.lint.subject import Subject


@dataclass(frozen=True)
class LintResult:
    """What the rules say of one contract.

    Attributes:
        operations: how many operations it has.
        outcomes: how many outcomes they have together, those of all variants; 0 if the contract was not read so far.
        findings: what is wrong, in the order of rules and places.
    """

    name: str
    operations: int
    outcomes: int
    findings: list[LintFinding]


def rules() -> list[LintRule]:
    """Return all rules, those that others build on first, else by name."""
    for module in pkgutil.iter_modules(checks.__path__):
        importlib.import_module(f"{checks.__name__}.{module.name}")
    return sorted(REGISTER.values(), key=lambda each: (not each.first, each.id))


def check(subject: Subject) -> list[LintFinding]:
    """Hold a contract to all rules.

    After the first rule on form that is broken no other is tried, as it could not read the contract.
    """
    findings: list[LintFinding] = []
    for each in rules():
        if any(finding.rule.first for finding in findings):
            break
        findings += [LintFinding(each, place, message) for place, message in dict.fromkeys(each.run(subject))]
    return findings


def check_file(path: Path) -> LintResult:
    """Hold a contract file to all rules.

    Raises:
        ContractError: the file is no contract.
    """
    subject = Subject.from_file(path)
    findings = check(subject)
    broken = any(finding.rule.first for finding in findings)
    outcomes = 0 if broken else _outcomes(subject)
    return LintResult(path.name, 0 if broken else len(subject.operations), outcomes, findings)


def _outcomes(subject: Subject) -> int:
    return sum(
        len({example.name for example in operation.response_examples()})
        + sum(1 for response in operation.responses() if not response.node.get("content"))
        for operation in subject.operations
    )
