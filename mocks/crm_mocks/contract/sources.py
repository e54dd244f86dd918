"""Find the document behind a part of a contract (`x-source`); the nearest ancestor that names one wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from crm_mocks.contract.references import follow

SOURCE: Final = "x-source"
_COMBINATIONS: Final = ("allOf", "anyOf", "oneOf")


def nearest_source(document: Mapping[str, Any], nodes: Iterable[Any], path: Iterable[str | int]) -> str:
    """Return the source of the value at a path; empty if neither it nor any ancestor names one.

    Args:
        document: the contract.
        nodes: the ancestors of the schema and the schema itself, outermost first.
        path: members and indexes of the value below the schema, such as ("vehicles", 0, "fuel").
    """
    source = ""
    ancestors = [node for node in nodes if node is not None]
    for node in ancestors:
        source = _source(document, node) or source
    current = ancestors[-1:]
    for step in path:
        current = [inner for node in current for inner in _inner(document, node, step)]
        source = next(filter(None, (_source(document, node) for node in current)), source)
    return source


def _source(document: Mapping[str, Any], node: Any) -> str:
    own = follow(document, node)
    return str(own.get(SOURCE, "")) if isinstance(own, Mapping) else ""


def _inner(document: Mapping[str, Any], node: Any, step: str | int) -> Iterator[Any]:
    """Yield the schemas for a member or array entry, including those in combinations."""
    schema = follow(document, node)
    inner = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
    if inner is not None:
        yield inner
        resolved = follow(document, inner)
        if isinstance(resolved, Mapping):
            yield from (branch for keyword in _COMBINATIONS for branch in resolved.get(keyword, ()))
    for keyword in _COMBINATIONS:
        for branch in schema.get(keyword, ()):
            yield from _inner(document, branch, step)
