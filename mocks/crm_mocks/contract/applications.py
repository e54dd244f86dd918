"""How often the schemas of a contract apply to parts of a value: errors are listed once for each application.

A filter that is an "and" or an "or" of filters is compared with both at each level, so that a filter in a filter is
compared with four: the number of errors of a value doubles with each level. Validators recognize valid values in
linear time all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_mocks.contract.json_schema_2020 import CARRIED

MAX_APPLICATIONS: Final = 250
"""Number of applications of schemas to one part of a value up to which all of its errors are listed."""

MAX_LEVELS: Final = 200
"""Nesting of a body, beyond which it is unreadable."""

_LISTS: Final = ("allOf", "anyOf", "oneOf")
_SINGLE: Final = ("items", "additionalProperties", "unevaluatedItems", "unevaluatedProperties", "contains")

Children = dict[str | None, list[int]]
"""Schemas of the parts of a value, by the name of a member; those of all entries and of other members under `None`."""


def levels_of_errors(document: Mapping[str, Any], schema: Any) -> int:
    """Return to how many levels of a value few enough schemas apply that all errors can be listed.

    Example:
        >>> levels_of_errors({}, {"type": "array", "items": {"type": "string"}})
        200

    Args:
        document: the contract, in the product's form.
        schema: schema object or reference.
    """
    graph = _Graph(document)
    start = graph.number(schema)
    children = graph.children()
    applied = [1] * len(children)
    for level in range(1, MAX_LEVELS + 1):
        before, applied = applied, [_most(each, applied) for each in children]
        if applied[start] > MAX_APPLICATIONS:
            return max(level - 1, 1)
        if applied == before:
            break
    return MAX_LEVELS


def _most(children: Children, applied: list[int]) -> int:
    """Return the largest number of applications to one part of a value, some levels below it."""
    always = sum(applied[each] for each in children.get(None, ()))
    named = (sum(applied[each] for each in numbers) for name, numbers in children.items() if name is not None)
    return min(max(max(named, default=0) + always, 1), MAX_APPLICATIONS + 1)


class _Graph:
    """The schemas that a schema leads to; those that describe neither members nor entries are one."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Any] = (document.get("components") or {}).get("schemas") or {}
        self._numbers: dict[int, int] = {}
        self._nodes: list[Mapping[str, Any]] = [{}]
        self._known: dict[int, Children] = {}

    def number(self, schema: Any) -> int:
        """Return the number of a schema, 0 if it has no parts."""
        node = self._resolved(schema)
        if not any(isinstance(value, dict | list) for value in node.values()):
            return 0
        number = self._numbers.setdefault(id(node), len(self._nodes))
        if number == len(self._nodes):
            self._nodes.append(node)
        return number

    def children(self) -> list[Children]:
        """Return the schemas of parts by number, of all schemas that are reached."""
        found: list[Children] = []
        while len(found) < len(self._nodes):
            found.append(self._children(self._nodes[len(found)], frozenset()))
        return found

    def _resolved(self, schema: Any) -> Mapping[str, Any]:
        for _ in range(MAX_LEVELS):
            reference = schema.get("$ref") if isinstance(schema, Mapping) else None
            if not isinstance(reference, str):
                break
            name = reference.rpartition("/")[2].replace("%25", "%").replace("~1", "/").replace("~0", "~")
            schema = self._schemas.get(name)
        return schema if isinstance(schema, Mapping) else {}

    def _children(self, node: Mapping[str, Any], outer: frozenset[int]) -> Children:
        """Return the schemas of the parts of a value to which a schema, and what it combines, applies."""
        if id(node) in self._known:
            return self._known[id(node)]
        if id(node) in outer:
            return {}
        found: Children = {}
        for name, schema in _parts(node):
            number = self.number(schema)
            if number:
                found.setdefault(name, []).append(number)
        for schema in _in_place(node):
            for name, numbers in self._children(self._resolved(schema), outer | {id(node)}).items():
                found.setdefault(name, []).extend(numbers)
        self._known[id(node)] = found
        return found


def _parts(node: Mapping[str, Any]) -> Iterator[tuple[str | None, Any]]:
    properties = node.get("properties")
    yield from properties.items() if isinstance(properties, Mapping) else ()
    patterns = node.get("patternProperties")
    yield from ((None, each) for each in patterns.values()) if isinstance(patterns, Mapping) else ()
    for keywords in (node, node.get(CARRIED)):
        if isinstance(keywords, Mapping):
            yield from ((None, keywords[each]) for each in _SINGLE if each in keywords)
            yield from ((str(number), each) for number, each in enumerate(keywords.get("prefixItems") or ()))


def _in_place(node: Mapping[str, Any]) -> Iterator[Any]:
    for keyword in _LISTS:
        branches = node.get(keyword)
        yield from branches if isinstance(branches, list) else ()
    if "not" in node:
        yield node["not"]
    dependencies = node.get("dependencies")
    yield from dependencies.values() if isinstance(dependencies, Mapping) else ()
