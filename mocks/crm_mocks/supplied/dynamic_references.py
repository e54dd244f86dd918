"""Targets of `$dynamicRef` (JSON Schema 2020-12): the outermost schema on the way that has the anchor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from crm_mocks.supplied.source import Location, SuppliedSource, Unresolvable

Scope = Mapping[str, Location]
"""Locations of anchors by name, those of the outermost schemas."""


class DynamicReferences:
    """The dynamic references of one document."""

    def __init__(self, source: SuppliedSource) -> None:
        self._source = source
        self._dynamic: dict[Location, bool] = {}

    def reference(self, written: str, scope: Scope) -> str:
        """Return the static reference that a dynamic one stands for.

        Raises:
            Unresolvable: no schema has the anchor.
        """
        _, _, fragment = written.partition("#")
        if fragment.startswith("/"):
            return written
        location = scope.get(fragment) or self._anchors.get(fragment)
        if location is None:
            raise Unresolvable(f"the anchor of the reference {written} does not exist")
        return "#/" + "/".join(_escaped(part) for part in location)

    @cached_property
    def _anchors(self) -> dict[str, Location]:
        """The first schema of the document with each anchor."""
        found: dict[str, Location] = {}
        for node, location in _objects(self._source.document, ()):
            for keyword in ("$dynamicAnchor", "$anchor"):
                if isinstance(node.get(keyword), str):
                    found.setdefault(node[keyword], location)
        return found

    @cached_property
    def _ambiguous(self) -> set[str]:
        """The dynamic anchors that several schemas have; others mean the same in every scope."""
        counts = Counter(
            node["$dynamicAnchor"]
            for node, _ in _objects(self._source.document, ())
            if isinstance(node.get("$dynamicAnchor"), str)
        )
        return {name for name, count in counts.items() if count > 1}

    @cached_property
    def _are_used(self) -> bool:
        """Whether the document has any dynamic reference."""
        return any(isinstance(node.get("$dynamicRef"), str) for node, _ in _objects(self._source.document, ()))

    def entered(self, node: Any, location: Location, scope: Scope) -> Scope:
        """Return the scope inside a schema.

        Args:
            node: the schema.
            location: of the schema.
            scope: outside.
        """
        own = {name: place for name, place in _own_anchors(node, location) if name in self._ambiguous}
        return {**own, **scope} if own.keys() - scope.keys() else scope

    def is_dynamic(self, node: Any, location: Location) -> bool:
        """Return whether a schema has a dynamic reference, or leads to one."""
        if not self._are_used:
            return False
        if location not in self._dynamic:
            self._dynamic[location] = self._leads_to_dynamic(node)
        return self._dynamic[location]

    def _leads_to_dynamic(self, start: Any) -> bool:
        pending, seen = [start], set[Location]()
        while pending:
            for node, _ in _objects(pending.pop(), ()):
                if isinstance(node.get("$dynamicRef"), str):
                    return True
                if not isinstance(node.get("$ref"), str):
                    continue
                try:
                    target, location = self._source.target(node["$ref"])
                except Unresolvable:
                    continue
                if location not in seen:
                    seen.add(location)
                    pending.append(target)
        return False


def _own_anchors(node: Any, location: Location) -> Iterator[tuple[str, Location]]:
    if not isinstance(node, dict):
        return
    if isinstance(node.get("$dynamicAnchor"), str):
        yield node["$dynamicAnchor"], location
    for name, inner in (node["$defs"] if isinstance(node.get("$defs"), dict) else {}).items():
        if isinstance(inner, dict) and isinstance(inner.get("$dynamicAnchor"), str):
            yield inner["$dynamicAnchor"], (*location, "$defs", name)


def _objects(node: Any, location: Location) -> Iterator[tuple[dict[str, Any], Location]]:
    """Yield each object at any depth, with its location."""
    if isinstance(node, dict):
        yield node, location
        for name, inner in node.items():
            yield from _objects(inner, (*location, name))
    elif isinstance(node, list):
        for number, inner in enumerate(node):
            yield from _objects(inner, (*location, str(number)))


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1").replace("%", "%25")
