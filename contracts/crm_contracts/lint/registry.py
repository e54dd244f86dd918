"""The register of rules, and what a rule says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm_contracts.lint.places import Place

if TYPE_CHECKING:
    from crm_contracts.lint.subject import Subject

Found = Iterator[tuple[Place, str]]
"""Places in the contract, each with a sentence on what is wrong there."""


@dataclass(frozen=True)
class LintRule:
    """One house rule.

    Attributes:
        id: its name, kebab-case.
        why: why it matters, one sentence.
        fix: what to do about it, one sentence.
        run: finds the places that break it.
        first: it is about form; a contract that breaks it is not held to further rules, which would stumble.
    """

    id: str
    why: str
    fix: str
    run: Callable[[Subject], Found]
    first: bool = False


@dataclass(frozen=True)
class LintFinding:
    """A place where a contract breaks a rule."""

    rule: LintRule
    place: Place
    message: str


REGISTER: dict[str, LintRule] = {}
"""All rules by id; filled when the modules of `checks` are imported."""


def rule(
    id: str, *, why: str, fix: str, first: bool = False
) -> Callable[[Callable[[Subject], Found]], Callable[[Subject], Found]]:
    """Register a function as a rule; arguments as in `LintRule`."""

    def register(run: Callable[[Subject], Found]) -> Callable[[Subject], Found]:
        assert id not in REGISTER, f"two rules are called {id}"
        REGISTER[id] = LintRule(id, why, fix, run, first)
        return run

    return register
