"""Rules on the order of keys."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from crm_contracts.lint.context import LintContext
from crm_contracts.lint.registry import Problems, rule

ROOT: Final = (
    *("openapi", "info", "x-base-path", "x-releases", "x-source", "x-positions"),
    *("tags", "servers", "security", "paths", "components"),
)
OPERATION: Final = (
    *("summary", "description", "operationId", "tags", "security", "x-required-scopes"),
    *("parameters", "requestBody", "responses"),
)


@rule(
    "root-key-order",
    why="Readers of one contract find everything in the same order in the next.",
    fix=f"Order the keys: {', '.join(ROOT)}; other keys may appear anywhere.",
)
def root_key_order(context: LintContext) -> Problems:
    """Find root keys in a different order."""
    misplaced = _first_misplaced(context.document, ROOT)
    if misplaced:
        yield (), misplaced


@rule(
    "operation-key-order",
    why="An operation is read from its description through its input to its output.",
    fix=f"Order the keys: {', '.join(OPERATION)}; other keys may appear anywhere.",
)
def operation_key_order(context: LintContext) -> Problems:
    """Find operation keys in a different order."""
    for operation in context.operations:
        misplaced = _first_misplaced(operation.node, OPERATION)
        if misplaced:
            yield operation.location, misplaced


def _first_misplaced(keys: Iterable[str], order: tuple[str, ...]) -> str:
    ordered_keys = [key for key in keys if key in order]
    for before, after in pairwise(ordered_keys):
        if order.index(before) > order.index(after):
            return f"'{after}' comes after '{before}'"
    return ""
