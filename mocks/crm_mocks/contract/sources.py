"""Find the document behind a part of a contract (`x-source`), and the words of the contract about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from crm_mocks.contract.references import follow

SOURCE: Final = "x-source"
_COMBINATIONS: Final = ("allOf", "anyOf", "oneOf")


def nearest_source(document: Mapping[str, Any], nodes: Iterable[Any], path: Iterable[str | int]) -> str:
    """Return the source of the value at a path; the nearest ancestor that names one wins, empty if none does.

    Args:
        document: the contract.
        nodes: the ancestors of the schema and the schema itself, outermost first.
        path: members and indexes of the value below the schema, such as ("vehicles", 0, "fuel").
    """
    source = ""
    ancestors = [node for node in nodes if node is not None]
    for node in ancestors:
        source = _member(document, node, SOURCE) or source
    for current in _walk(document, ancestors[-1:], path):
        source = next(filter(None, (_member(document, node, SOURCE) for node in current)), source)
    return source


def description(document: Mapping[str, Any], schema: Any, path: Iterable[str | int]) -> str:
    """Return the description of the value at a path below a schema; empty if it has none."""
    *_, found = ([schema], *_walk(document, [schema], path))
    return next(filter(None, (_member(document, node, "description") for node in found)), "")


def _walk(document: Mapping[str, Any], nodes: list[Any], path: Iterable[str | int]) -> Iterator[list[Any]]:
    """Yield the schemas at each step of a path."""
    for step in path:
        nodes = [inner for node in nodes for inner in _inner(document, node, step)]
        yield nodes


def _member(document: Mapping[str, Any], node: Any, name: str) -> str:
    """Return a text beside a reference, or else of its target."""
    own, target = (each if isinstance(each, Mapping) else {} for each in (node, follow(document, node)))
    return str(own.get(name) or target.get(name) or "")


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
