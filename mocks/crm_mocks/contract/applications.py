"""How often the schemas of a contract apply to parts of a value: errors are listed once for each application.

A filter that is an "and" or an "or" of filters is compared with both at each level, so that a filter in a filter is
compared with four: the number of errors of a value doubles with each level. Validators recognize valid values in
linear time all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from crm_mocks.contract.json_schema_2020 import CARRIED

MAX_APPLICATIONS: Final = 10_000
"""Number of applications of schemas to parts of a value up to which all of its errors are listed."""

MAX_LEVELS: Final = 200
"""Nesting of a body, beyond which it is unreadable."""

_LISTS: Final = ("allOf", "anyOf", "oneOf")
_SINGLE: Final = ("items", "additionalProperties", "unevaluatedItems", "unevaluatedProperties", "contains")

_ANY: Final[Mapping[str, Any]] = {}
"""The schema of any value."""

Children = dict[str | None, Counter[int]]
"""How often schemas apply to the parts of a value, by the name of a member; all entries and other members: `None`."""


def applications(document: Mapping[str, Any], schema: Any) -> list[int]:
    """Return how many schemas apply to one part of a value at most, by its level; the last number holds for all below.

    Example:
        >>> applications({}, {"type": "array", "items": {"type": "string"}})
        [1]

    Args:
        document: the contract, in the product's form.
        schema: schema object or reference.
    """
    graph = _Graph(document)
    start = graph.number(schema)
    children = graph.children()
    applied = graph.in_place()
    found = [applied[start]]
    for _ in range(MAX_LEVELS):
        before, applied = applied, [_most(each, applied) for each in children]
        if applied == before:
            break
        found.append(applied[start])
        if applied[start] > MAX_APPLICATIONS:
            break
    return found


def levels_within(value: Any, applied: Sequence[int]) -> int | None:
    """Return of how many levels of a value the errors can be listed; `None` if it has no more.

    Args:
        value: decoded JSON.
        applied: how many schemas apply to one part, by level.
    """
    total, level, parts = 0, 0, [value]
    while parts:
        total += len(parts) * applied[min(level, len(applied) - 1)]
        if total > MAX_APPLICATIONS and level:
            return max(level - 1, 1)
        level += 1
        parts = [
            each
            for outer in parts
            if isinstance(outer, dict | list)
            for each in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return None


def _most(children: Children, applied: list[int]) -> int:
    """Return the largest number of applications to one part of a value, some levels below it."""
    totals = {name: sum(applied[each] * count for each, count in numbers.items()) for name, numbers in children.items()}
    always = totals.pop(None, 0)
    return min(max(max(totals.values(), default=0) + always, 1), MAX_APPLICATIONS + 1)


class _Graph:
    """The schemas that a schema leads to; those that describe neither members nor entries are one."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas: Mapping[str, Any] = (document.get("components") or {}).get("schemas") or {}
        self._numbers: dict[int, int] = {}
        self._nodes: list[Mapping[str, Any]] = [_ANY]
        self._known: dict[int, Children] = {}
        self._counts: dict[int, int] = {}

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
            node = self._nodes[len(found)]
            self._visit(node)
            found.append(self._known[id(node)])
        return found

    def in_place(self) -> list[int]:
        """Return how many schemas apply where each one does, by number, once `children` has reached all."""
        return [self._counts[id(node)] for node in self._nodes]

    def _resolved(self, schema: Any) -> Mapping[str, Any]:
        for _ in range(MAX_LEVELS):
            reference = schema.get("$ref") if isinstance(schema, Mapping) else None
            if not isinstance(reference, str):
                break
            name = reference.rpartition("/")[2].replace("%25", "%").replace("~1", "/").replace("~0", "~")
            schema = self._schemas.get(name)
        return schema if isinstance(schema, Mapping) else _ANY

    def _combined(self, node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the schemas that apply to the same part of a value as a schema, since it combines them."""
        return [self._resolved(each) for each in _in_place(node)]

    def _visit(self, first: Mapping[str, Any]) -> None:
        """Note what is known of a schema, and before it of all that it combines, however deep; cycles end."""
        if id(first) in self._known:
            return
        begun, pending = {id(first)}, [(first, iter(self._combined(first)))]
        while pending:
            node, rest = pending[-1]
            inner = next((each for each in rest if id(each) not in self._known and id(each) not in begun), None)
            if inner is None:
                pending.pop()
                self._note(node)
            else:
                begun.add(id(inner))
                pending.append((inner, iter(self._combined(inner))))

    def _note(self, node: Mapping[str, Any]) -> None:
        """Note the schemas of the parts of a value to which a schema applies, and how many apply in place."""
        found: Children = {}
        for name, schema in _parts(node):
            number = self.number(schema)
            if number:
                found.setdefault(name, Counter())[number] += 1
        total = 1
        for inner in self._combined(node):
            for name, numbers in self._known.get(id(inner), {}).items():
                found.setdefault(name, Counter()).update(numbers)
            total += self._counts.get(id(inner), 0)
        self._known[id(node)] = found
        self._counts[id(node)] = min(total, MAX_APPLICATIONS + 1)


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
