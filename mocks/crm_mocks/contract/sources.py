"""Sources: which document states a part of a contract (`x-source`); the nearest ancestor that names one wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from crm_mocks.contract.references import follow

SOURCE: Final = "x-source"
_COMBINATIONS: Final = ("allOf", "anyOf", "oneOf")


def nearest_source(document: Mapping[str, Any], nodes: Iterable[Any], path: Iterable[str | int]) -> str:
    """Return the source of what a path leads to; empty where neither it nor anything above it names one.

    Args:
        document: the contract.
        nodes: the way to the schema and itself, outermost first.
        path: members and indexes of a value under the schema, such as ("vehicles", 0, "fuel").
    """
    found = ""
    here = [node for node in nodes if node is not None]
    for node in here:
        found = _source(document, node) or found
    current = here[-1:]
    for step in path:
        current = [inner for node in current for inner in _inner(document, node, step)]
        found = next(filter(None, (_source(document, node) for node in current)), found)
    return found


def _source(document: Mapping[str, Any], node: Any) -> str:
    own = follow(document, node)
    return str(own.get(SOURCE, "")) if isinstance(own, Mapping) else ""


def _inner(document: Mapping[str, Any], node: Any, step: str | int) -> Iterator[Any]:
    """Yield the schemas that a schema and its combinations have for a member, or for the entries of an array."""
    schema = follow(document, node)
    found = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
    if found is not None:
        yield found
        own = follow(document, found)
        if isinstance(own, Mapping):
            yield from (each for keyword in _COMBINATIONS for each in own.get(keyword, ()))
    for keyword in _COMBINATIONS:
        for each in schema.get(keyword, ()):
            yield from _inner(document, each, step)
