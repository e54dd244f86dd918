"""Rules on the order of keys."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from crm_contracts.lint.registry import Found, rule
from crm_contracts.lint.subject import Subject

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
    why="Whoever knows one contract finds everything in the next one at the same place.",
    fix=f"Order the keys: {', '.join(ROOT)}; other keys may stand anywhere.",
)
def root_key_order(subject: Subject) -> Found:
    """Find a contract whose parts stand in another order."""
    misplaced = _first_misplaced(subject.document, ROOT)
    if misplaced:
        yield (), misplaced


@rule(
    "operation-key-order",
    why="An operation reads from what it does, over what it takes, to what it gives.",
    fix=f"Order the keys: {', '.join(OPERATION)}; other keys may stand anywhere.",
)
def operation_key_order(subject: Subject) -> Found:
    """Find operations whose parts stand in another order."""
    for operation in subject.operations:
        misplaced = _first_misplaced(operation.node, OPERATION)
        if misplaced:
            yield operation.place, misplaced


def _first_misplaced(keys: Iterable[str], order: tuple[str, ...]) -> str:
    known = [key for key in keys if key in order]
    for before, after in pairwise(known):
        if order.index(before) > order.index(after):
            return f"'{after}' stands after '{before}'"
    return ""
