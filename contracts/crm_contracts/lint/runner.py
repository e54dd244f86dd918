"""Run the house rules on contracts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from crm_contracts.lint.context import LintContext
from crm_contracts.lint.registry import HOUSE_RULES, LintFinding, LintRule


@dataclass(frozen=True)
class LintResult:
    """Result of linting a contract.

    Attributes:
        name: file name.
        operations: number of operations; 0 if a structural rule is broken.
        outcomes: number of outcomes of all operations and variants; 0 if a structural rule is broken, `None` if they
            are not counted.
        findings: violations, in the order of rules and locations.
        version: version of OpenAPI.
        not_run: rules that do not apply to this version, each with its reason.
    """

    name: str
    operations: int
    outcomes: int | None
    findings: list[LintFinding]
    version: str = "3.0"
    not_run: tuple[LintRule[LintContext], ...] = ()


def rules() -> list[LintRule[LintContext]]:
    """Return all house rules, structural ones first, then by name."""
    return HOUSE_RULES.rules()


def check(context: LintContext, selected: Iterable[LintRule[LintContext]] | None = None) -> list[LintFinding]:
    """Check a contract against house rules, up to the first structural rule that is broken.

    Args:
        context: the contract.
        selected: rules to run; by default all.

    Returns:
        The problems in the order of the rules, each once.

    Example:
        >>> check(LintContext.from_file(Path("openapi/leadbank.yaml")))
        []
    """
    findings: list[LintFinding] = []
    for rule in rules() if selected is None else selected:
        if any(finding.rule.structural for finding in findings):
            break
        for location, message in dict.fromkeys(rule.run(context)):
            line = context.lines.of(location) if context.lines else None
            findings.append(LintFinding(rule, location, message, line))
    return findings


def check_file(path: Path, vendor: str = "", selected: Iterable[LintRule[LintContext]] | None = None) -> LintResult:
    """Check a contract file against house rules.

    Args:
        path: the file.
        vendor: name of its vendor; by default that of the file.
        selected: rules to run; by default all.

    Raises:
        ContractError: the file is not a contract.

    Example:
        >>> check_file(Path("openapi/leadbank.yaml")).findings
        []
    """
    context = LintContext.from_file(path, vendor)
    chosen = rules() if selected is None else list(selected)
    not_run = () if context.is_30 else tuple(rule for rule in chosen if rule.only_30)
    findings = check(context, [rule for rule in chosen if rule not in not_run])
    broken = any(finding.rule.structural for finding in findings)
    outcomes = 0 if broken else _outcomes(context)
    version = str(context.published["openapi"])
    return LintResult(path.name, 0 if broken else len(context.operations), outcomes, findings, version, not_run)


def _outcomes(context: LintContext) -> int:
    return sum(
        len({example.name for example in operation.response_examples()})
        + sum(1 for response in operation.responses() if not response.node.get("content"))
        for operation in context.operations
    )
