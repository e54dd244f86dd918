"""Rules on secrets in contracts."""

from __future__ import annotations

from typing import Any

from crm_contracts.lint.context import LintContext
from crm_contracts.lint.registry import Problems, rule
from crm_mocks.location import Location
from crm_mocks.secret_values import WELL_KNOWN


@rule(
    "no-real-secret",
    why="Contracts are published: a secret in a contract is compromised.",
    fix="Use an obviously fictitious value, such as demo-secret.",
)
def no_real_secret(context: LintContext) -> Problems:
    """Find strings that look like well-known credentials, such as private keys and cloud provider keys."""
    yield from _secrets(context.document, ())


def _secrets(node: Any, location: Location) -> Problems:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _secrets(value, (*location, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _secrets(value, (*location, index))
    elif isinstance(node, str) and WELL_KNOWN.search(node):
        yield location, "the string looks like a real secret"
