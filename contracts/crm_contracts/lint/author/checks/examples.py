"""Rules on examples."""

from __future__ import annotations

from crm_contracts.lint.author.contract import AuthorContract
from crm_contracts.lint.author.examples import examples_of, violations
from crm_contracts.lint.registry import Problems, warning


@warning(
    "example-valid",
    why="Mocks answer with examples, and clients are tested with them: a wrong one shows clients what never comes.",
    fix="Correct the example or the schema.",
)
def example_valid(contract: AuthorContract) -> Problems:
    """Find examples and defaults that break their schema."""
    return violations(contract, examples_of(contract))
