"""Run the rules for authors on contracts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from crm_contracts.lint.author.contract import AuthorContract
from crm_contracts.lint.registry import AUTHOR_RULES, LintFinding, LintRule
from crm_contracts.lint.runner import LintResult
from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.location import Location
from crm_mocks.supplied.bundle import FILES


def author_rules() -> list[LintRule[AuthorContract]]:
    """Return all rules for authors, errors first, then by name."""
    return AUTHOR_RULES.rules()


def check_contract(path: Path, rules: Iterable[LintRule[AuthorContract]] | None = None) -> LintResult:
    """Check any contract against the rules for authors.

    Example:
        >>> check_contract(Path("their-crm.yaml")).findings
        []

    Args:
        path: an OpenAPI document; files that it refers to are checked too.
        rules: rules to run; by default all.

    Raises:
        ContractError: the file is not an OpenAPI document of version 3.
    """
    contract = AuthorContract(path)
    problems = [
        (rule, _strings(location), message)
        for rule in (author_rules() if rules is None else rules)
        for location, message in dict.fromkeys(rule.run(contract))
    ]
    places = contract.bundle.places(location for _, location, _ in problems)
    order = {rule.id: index for index, rule in enumerate(author_rules())}
    findings = []
    for rule, location, message in problems:
        file, line = places[location]
        is_root = file == contract.bundle.files.root
        shown = _indexed(contract.document, location)
        findings.append(
            LintFinding(
                rule,
                shown if is_root else shown[len((FILES, file)) :],
                message,
                line,
                "" if is_root else str(path.parent / file.relative_to(contract.bundle.files.folder)),
            )
        )
    findings.sort(key=lambda each: (order[each.rule.id], each.file, each.line))
    return LintResult(path.name, len(contract.operations), None, findings, str(contract.document["openapi"]))


def _strings(location: Collection[str | int]) -> tuple[str, ...]:
    return tuple(map(str, location))


def _indexed(document: Any, location: tuple[str, ...]) -> Location:
    """Return a location with the indexes of lists as numbers."""
    parts: list[str | int] = []
    node = document
    for part in location:
        index = parse_digits(part) if isinstance(node, list) else None
        if index is not None and index < len(node):
            parts.append(index)
            node = node[index]
        else:
            parts.append(part)
            node = node.get(part) if isinstance(node, dict) else None
    return tuple(parts)
