"""A limit on the schemas that apply to one value: forty lines of `allOf`, each with the next one twice, apply 2^40."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from crm_mocks.errors import ContractError
from crm_mocks.supplied.source import Location, SuppliedSource, Unresolvable

_MAX_SCHEMAS: Final = 10_000
_MAX_CHAIN: Final = 200
_LISTS: Final = ("allOf", "anyOf", "oneOf")
_SINGLE: Final = ("not", "if", "then", "else")


def check_applied_schemas(source: SuppliedSource) -> None:
    """Refuse a contract of which a request could take years to validate.

    Raises:
        ContractError: more than 10,000 schemas apply to one value; the message has file and line.
    """
    counts: dict[int, int] = {}
    pending: list[Any] = [source.document]
    visited: set[int] = set()
    while pending:
        node = pending.pop()
        if id(node) in visited:
            continue
        visited.add(id(node))
        if isinstance(node, list):
            pending += [each for each in node if isinstance(each, dict | list)]
            continue
        pending += [each for each in node.values() if isinstance(each, dict | list)]
        if any(keyword in node for keyword in _LISTS) and _count(source, node, counts, 0) > _MAX_SCHEMAS:
            place = source.bundle.place(_location(source.document, node))
            raise ContractError(f"{place}: more than {_MAX_SCHEMAS} schemas apply to one value")


def _count(source: SuppliedSource, node: Any, counts: dict[int, int], depth: int) -> int:
    """Return the number of schemas that apply to a value to which a schema applies; those in cycles count once."""
    if not isinstance(node, dict):
        return 0
    if depth > _MAX_CHAIN:
        return _MAX_SCHEMAS + 1
    if id(node) not in counts:
        counts[id(node)] = 0  # in progress
        total = 1
        for inner in _applied(source, node):
            total += _count(source, inner, counts, depth + 1)
        counts[id(node)] = min(total, _MAX_SCHEMAS + 1)
    return counts[id(node)]


def _applied(source: SuppliedSource, node: dict[str, Any]) -> Iterator[Any]:
    reference = node.get("$ref")
    if isinstance(reference, str):
        try:
            yield source.target(reference)[0]
        except Unresolvable:
            return
    for keyword in _LISTS:
        yield from source.entries(node, keyword)
    yield from (node[keyword] for keyword in _SINGLE if keyword in node)
    yield from source.members(node, "dependentSchemas").values()


def _location(document: Any, wanted: Any) -> Location:
    """Return where a node is in a document."""
    pending: list[tuple[Any, Location]] = [(document, ())]
    while pending:
        node, location = pending.pop()
        if node is wanted:
            return location
        entries = node.items() if isinstance(node, dict) else enumerate(node)
        pending += [(each, (*location, str(name))) for name, each in entries if isinstance(each, dict | list)]
    return ()
