"""Rules, their findings, and the registry of all rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_contracts.lint.locations import Location

if TYPE_CHECKING:
    from crm_contracts.lint.context import LintContext

Problems = Iterator[tuple[Location, str]]
"""Locations in the contract with the problem at each."""


@dataclass(frozen=True)
class LintRule:
    """One house rule.

    Attributes:
        id: kebab-case name.
        why: reason for the rule, one sentence.
        fix: how to fix a violation, one sentence.
        run: function that finds the problems.
        structural: other rules rely on this one, so that they are not run if it is broken.
    """

    id: str
    why: str
    fix: str
    run: Callable[[LintContext], Problems]
    structural: bool = False


@dataclass(frozen=True)
class LintFinding:
    """A violation of a rule.

    Attributes:
        line: line in the contract's file, starting at 1; `None` if the contract is not read from a file.
    """

    rule: LintRule
    location: Location
    message: str
    line: int | None = None


REGISTRY: dict[str, LintRule] = {}
"""Rules by id; filled when the modules of `checks` are imported."""


def rule(
    id: str, *, why: str, fix: str, structural: bool = False
) -> Callable[[Callable[[LintContext], Problems]], Callable[[LintContext], Problems]]:
    """Register a function as a rule. The arguments are those of `LintRule`."""

    def register(run: Callable[[LintContext], Problems]) -> Callable[[LintContext], Problems]:
        assert id not in REGISTRY, f"two rules are called {id}"
        REGISTRY[id] = LintRule(id, why, fix, run, structural)
        return run

    return register
