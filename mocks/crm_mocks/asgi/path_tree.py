"""Templated paths as a tree of segments: the time to find one does not depend on how many there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Generic, TypeVar

Route = TypeVar("Route")
_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
_REST: Final = ("+", "*")
"""Ends of names of parameters that stand for several segments, or beginnings of such."""


class PathTree(Generic[Route]):
    """Routes by templated path.

    Example:
        >>> tree = PathTree[str]()
        >>> tree.add("/leads/{id}", "one lead")
        >>> next(tree.find("/leads/7"))
        ('one lead', {'id': '7'})
    """

    def __init__(self) -> None:
        self._root: _Node[Route] = _Node()
        self._rest: list[tuple[re.Pattern[str], list[str], Route]] = []

    def add(self, path: str, route: Route) -> None:
        """Add a route."""
        names = _PARAMETER.findall(path)
        if any(name.startswith(_REST) or name.endswith(_REST) for name in names):
            self._rest.append((_pattern(path), names, route))
            return
        node = self._root
        for segment in path.split("/"):
            node = node.child(segment)
        node.routes.append((names, route))

    def find(self, path: str) -> Iterator[tuple[Route, dict[str, str]]]:
        """Yield the routes that match a path, concrete segments before templated ones, with the parameters' values."""
        for values, (names, route) in self._root.find(path.split("/"), 0, ()):
            yield route, dict(zip(names, values, strict=True))
        for pattern, names, route in self._rest:
            found = pattern.fullmatch(path)
            if found:
                yield route, dict(zip(names, found.groups(), strict=True))


class _Node(Generic[Route]):
    __slots__ = ("literals", "routes", "templates")

    def __init__(self) -> None:
        self.literals: dict[str, _Node[Route]] = {}
        self.templates: dict[str, tuple[re.Pattern[str] | None, _Node[Route]]] = {}
        self.routes: list[tuple[list[str], Route]] = []

    def child(self, segment: str) -> _Node[Route]:
        """Return the node of a segment below this one."""
        if "{" not in segment:
            return self.literals.setdefault(segment, _Node())
        key = _PARAMETER.sub("{}", segment)
        if key not in self.templates:
            self.templates[key] = (None if key == "{}" else _pattern(segment)), _Node()
            self.templates = dict(sorted(self.templates.items(), key=lambda each: -len(each[0])))
        return self.templates[key][1]

    def find(
        self, segments: list[str], index: int, values: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], tuple[list[str], Route]]]:
        """Yield the routes below this node that match the segments from an index on."""
        if index == len(segments):
            for route in self.routes:
                yield values, route
            return
        segment = segments[index]
        literal = self.literals.get(segment)
        if literal is not None:
            yield from literal.find(segments, index + 1, values)
        if not segment:
            return
        for pattern, node in self.templates.values():
            if pattern is None:
                yield from node.find(segments, index + 1, (*values, segment))
            else:
                found = pattern.fullmatch(segment)
                if found:
                    yield from node.find(segments, index + 1, (*values, *found.groups()))


def _pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of a path or segment, with one group for each parameter."""
    parts = _PARAMETER.split(template)  # literals and names in turn
    names = parts[1::2]
    groups = ["(.+)" if name.startswith(_REST) or name.endswith(_REST) else "([^/]+?)" for name in names]
    literals = [re.escape(part) for part in parts[::2]]
    return re.compile("".join(f"{literal}{group}" for literal, group in zip(literals, [*groups, ""], strict=True)))
