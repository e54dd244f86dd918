"""Rules, their findings, and sets of rules."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from crm_mocks.location import Location

if TYPE_CHECKING:
    from crm_contracts.lint.author.contract import AuthorContract
    from crm_contracts.lint.context import LintContext

Problems = Iterator[tuple[Location, str]]
"""Locations in the contract with the problem at each."""

Checked = TypeVar("Checked")
"""What the rules of a set check."""


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class LintRule(Generic[Checked]):
    """One rule.

    Attributes:
        id: kebab-case name.
        why: reason for the rule, one sentence.
        fix: how to fix a violation, one sentence.
        run: function that finds the problems.
        structural: other rules rely on this one, so that they are not run if it is broken.
        severity: severity of its findings.
        only_30: why it is not run on OpenAPI 3.1, one sentence; empty if it is.
    """

    id: str
    why: str
    fix: str
    run: Callable[[Checked], Problems]
    structural: bool = False
    severity: Severity = Severity.ERROR
    only_30: str = ""


AnyRule = LintRule["LintContext"] | LintRule["AuthorContract"]


@dataclass(frozen=True)
class LintFinding:
    """A violation of a rule.

    Attributes:
        line: line in the contract's file, starting at 1; `None` if the contract is not read from a file.
        file: the file, if it is another one than that of the contract.
    """

    rule: AnyRule
    location: Location
    message: str
    line: int | None = None
    file: str = ""


class RuleSet(Generic[Checked]):
    """Rules that are run together; each is a function in a module of one package."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._rules: dict[str, LintRule[Checked]] = {}

    def rule(  # the members of a rule
        self,
        id: str,
        *,
        why: str,
        fix: str,
        structural: bool = False,
        severity: Severity = Severity.ERROR,
        only_30: str = "",
    ) -> Callable[[Callable[[Checked], Problems]], Callable[[Checked], Problems]]:
        """Register a function as a rule. The arguments are those of `LintRule`."""

        def register(run: Callable[[Checked], Problems]) -> Callable[[Checked], Problems]:
            assert id not in self._rules, f"two rules are called {id}"
            self._rules[id] = LintRule(id, why, fix, run, structural, severity, only_30)
            return run

        return register

    def rules(self) -> list[LintRule[Checked]]:
        """Return all rules: structural ones first, then errors, then by name."""
        package = importlib.import_module(self._package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self._package}.{module.name}")
        return sorted(self._rules.values(), key=lambda rule: (not rule.structural, rule.severity, rule.id))


HOUSE_RULES: Final[RuleSet[LintContext]] = RuleSet("crm_contracts.lint.checks")
"""Rules for the contracts of this project."""

AUTHOR_RULES: Final[RuleSet[AuthorContract]] = RuleSet("crm_contracts.lint.author.checks")
"""Rules for any contract: what makes mocks, fuzz, sweep, verify or coverage blind."""

rule = HOUSE_RULES.rule
warning = partial(AUTHOR_RULES.rule, severity=Severity.WARNING)
"""Registers a rule for any contract whose findings are warnings."""
