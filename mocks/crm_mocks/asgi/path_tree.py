"""A tree of templated paths by segment: the time to find one does not depend on how many there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Generic, TypeVar

from crm_mocks.parsing.wildcards import variable_parts

Route = TypeVar("Route")
_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
_REST: Final = ("+", "*")
"""Characters that begin or end the name of a parameter that stands for several segments."""


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
        self._rest: list[tuple[_RestPath, list[str], Route]] = []

    def add(self, path: str, route: Route) -> None:
        """Add a route."""
        names = _PARAMETER.findall(path)
        if _has_rest(path):
            self._rest.append((_RestPath(path), names, route))
            return
        node = self._root
        for segment in path.split("/"):
            node = node.child(segment)
        node.routes.append((names, route))

    def find(self, path: str) -> Iterator[tuple[Route, dict[str, str]]]:
        """Yield the routes that match a path, concrete segments before templated ones, with the parameters' values."""
        for values, (names, route) in self._root.find(path.split("/"), 0, ()):
            yield route, dict(zip(names, values, strict=True))
        for rest_path, names, route in self._rest:
            parts = rest_path.values(path)
            if parts is not None:
                yield route, dict(zip(names, parts, strict=True))


class _Node(Generic[Route]):
    __slots__ = ("literals", "routes", "templates")

    def __init__(self) -> None:
        self.literals: dict[str, _Node[Route]] = {}
        self.templates: dict[str, tuple[list[str] | None, _Node[Route]]] = {}
        self.routes: list[tuple[list[str], Route]] = []

    def child(self, segment: str) -> _Node[Route]:
        """Return the node of a segment below this one."""
        if "{" not in segment:
            return self.literals.setdefault(segment, _Node())
        key = _PARAMETER.sub("{}", segment)
        if key not in self.templates:
            self.templates[key] = (None if key == "{}" else _literals(segment)), _Node()
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
        for literals, node in self.templates.values():
            found = [segment] if literals is None else variable_parts(literals, segment, 1)
            if found is not None:
                yield from node.find(segments, index + 1, (*values, *found))


class _RestPath:
    """A path with a parameter that stands for several segments; the others stand for one, or a part of one."""

    def __init__(self, template: str) -> None:
        segments = template.split("/")
        several = [number for number, segment in enumerate(segments) if _has_rest(segment)]
        first, last = several[0], several[-1] + 1
        self._before = [_literals(segment) for segment in segments[:first]]
        self._middle = _literals("/".join(segments[first:last]))
        self._after = [_literals(segment) for segment in segments[last:]]

    def values(self, path: str) -> list[str] | None:
        """Return the values of the parameters, or `None` if the path does not match."""
        segments = path.split("/")
        start, end = len(self._before), len(segments) - len(self._after)
        if start >= end:
            return None
        parts = [
            *map(_one_segment, self._before, segments[:start]),
            variable_parts(self._middle, "/".join(segments[start:end]), 1),
            *map(_one_segment, self._after, segments[end:]),
        ]
        return None if None in parts else [value for part in parts for value in part or ()]


def _one_segment(literals: list[str], segment: str) -> list[str] | None:
    return variable_parts(literals, segment, 1)


def _has_rest(segment: str) -> bool:
    return any(name.startswith(_REST) or name.endswith(_REST) for name in _PARAMETER.findall(segment))


def _literals(template: str) -> list[str]:
    """Return what stands before, between and after the parameters of a path or segment."""
    return _PARAMETER.split(template)[::2]
