"""The schemas that a contract uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from crm_mocks.supplied.source import Location, SuppliedSource, Unresolvable

_BRANCHES: Final = ("allOf", "anyOf", "oneOf")
_CONDITIONS: Final = ("if", "then", "else")
_CONDITIONAL: Final = frozenset({"not", "if"})
_NO_NAMES: Final[frozenset[str]] = frozenset()
_ANNOTATIONS: Final = frozenset(
    {
        "$comment",
        "title",
        "description",
        "example",
        "examples",
        "default",
        "deprecated",
        "readOnly",
        "writeOnly",
        "externalDocs",
        "xml",
        "nullable",
    }
)


class Role(StrEnum):
    """Place of a schema in the one that contains it."""

    ROOT = "root"
    MEMBER = "member"
    ENTRY = "entry"
    OTHER_MEMBERS = "additional properties"
    BRANCH = "branch"


@dataclass
class SchemaPart:
    """A schema.

    Attributes:
        role: its place when it was first found.
        around: names of the properties of the schemas around a branch, which the branch narrows.
        in_request: a request uses it.
        in_response: a response uses it.
        is_branch: it is, or is referred to by, a branch of another schema, or narrows a member.
    """

    node: Mapping[str, Any]
    location: Location
    role: Role
    around: frozenset[str] = _NO_NAMES
    in_request: bool = False
    in_response: bool = False
    is_branch: bool = False

    @property
    def is_condition(self) -> bool:
        """Whether it describes a condition rather than values: below `not` or `if`."""
        return self.is_branch and not _CONDITIONAL.isdisjoint(self.location)

    @property
    def is_inline_branch(self) -> bool:
        """Whether it is written within the schema whose branch it is."""
        last, before = self.location[-1:], self.location[-2:-1]  # none for the document itself, which `#` refers to
        return bool({*_CONDITIONS, "not"}.intersection(last) or {*_BRANCHES, "dependentSchemas"}.intersection(before))

    @property
    def types(self) -> tuple[str, ...]:
        """The types that it allows as written; none if it states none."""
        return types_of(self.node)


class SchemaWalk:
    """Collects schemas and those within them, each once."""

    def __init__(self, source: SuppliedSource) -> None:
        self._source = source
        self._seen: set[tuple[Location, bool]] = set()
        self.parts: dict[Location, SchemaPart] = {}

    def visit(self, node: Any, location: Location, *, is_response: bool) -> None:
        """Add a schema and all schemas that it contains or refers to.

        Args:
            node: the schema.
            location: of the schema.
            is_response: it is used in a response, else in a request.
        """
        pending: list[tuple[Any, Location, Role, frozenset[str]]] = [(node, location, Role.ROOT, _NO_NAMES)]
        while pending:
            each, place, role, around = pending.pop()
            try:
                each, place = self._source.resolved(each, place)
            except Unresolvable:
                continue
            if not isinstance(each, dict):
                continue
            part = self.parts.get(place)
            if part is None:
                part = self.parts[place] = SchemaPart(each, place, role, around)
            part.is_branch |= role is Role.BRANCH
            part.in_response |= is_response
            part.in_request |= not is_response
            if (place, is_response) not in self._seen:
                self._seen.add((place, is_response))
                pending += self._within(part)

    def _within(self, part: SchemaPart) -> Iterator[tuple[Any, Location, Role, frozenset[str]]]:
        node, place = part.node, part.location
        for keyword in ("properties", "patternProperties"):
            for name, inner in self._source.members(node, keyword).items():
                narrows = part.is_condition or name in part.around
                yield inner, (*place, keyword, name), Role.BRANCH if narrows else Role.MEMBER, _NO_NAMES
        if isinstance(node.get("additionalProperties"), dict):
            yield node["additionalProperties"], (*place, "additionalProperties"), Role.OTHER_MEMBERS, _NO_NAMES
        if isinstance(node.get("items"), dict):
            yield node["items"], (*place, "items"), Role.ENTRY, _NO_NAMES
        for index, inner in enumerate(self._source.entries(node, "prefixItems")):
            yield inner, (*place, "prefixItems", str(index)), Role.ENTRY, _NO_NAMES
        branches = [
            *((keyword, str(index)) for keyword in _BRANCHES for index, _ in enumerate(entries_of(node, keyword))),
            *((keyword,) for keyword in (*_CONDITIONS, "not") if isinstance(node.get(keyword), dict)),
            *(("dependentSchemas", name) for name in self._source.members(node, "dependentSchemas")),
        ]
        if branches:
            around = part.around | self._source.members(node, "properties").keys()
            for branch in branches:
                inner = node[branch[0]]
                if len(branch) > 1:
                    inner = inner[int(branch[1])] if isinstance(inner, list) else inner[branch[1]]
                yield inner, (*place, *branch), Role.BRANCH, around


def entries_of(node: Mapping[str, Any], keyword: str) -> list[Any]:
    """Return the branches of a combination; none if it is absent or no list."""
    value = node.get(keyword)
    return value if isinstance(value, list) else []


def property_names(source: SuppliedSource, schema: Any) -> frozenset[str]:
    """Return the names of the properties of a schema and of its branches, with references followed."""
    names: set[str] = set()
    pending, seen = [schema], set[int]()
    while pending:
        try:
            node, _ = source.resolved(pending.pop(), ())
        except Unresolvable:
            continue
        if not isinstance(node, dict) or id(node) in seen:
            continue
        seen.add(id(node))
        names |= source.members(node, "properties").keys()
        for keyword in _BRANCHES:
            pending += entries_of(node, keyword)
        pending += [node[keyword] for keyword in _CONDITIONS if keyword in node]
        pending += source.members(node, "dependentSchemas").values()
    return frozenset(names)


def types_of(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the types that a schema states, without `null`."""
    written = schema.get("type")
    names = written if isinstance(written, list) else [written]
    return tuple(name for name in names if isinstance(name, str) and name != "null")


def constraints_of(schema: Mapping[str, Any]) -> set[str]:
    """Return the keywords of a schema that constrain values."""
    return {key for key in schema if key not in _ANNOTATIONS and not key.startswith("x-")}
