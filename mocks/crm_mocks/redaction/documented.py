"""What a contract documents of a body: its members, and which of them hold credentials."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

import jsonschema_rs
import msgspec

from crm_mocks.contract.references import collect_alternatives, follow
from crm_mocks.redaction.name_rules import NameRules, Treatment

_MAX_DEPTH: Final = 10
_MAX_NAMES: Final = 5_000
_MAX_SHAPES: Final = 300
"""Shapes of a body, beyond which it is not worth the memory to recognize at once that there is nothing to redact."""

_CONTAINERS: Final = frozenset({"object", "array", "null"})
_PASSWORD: Final = "password"  # noqa: S105  # a format


class Documented(msgspec.Struct, eq=False, dict=True):
    """What is documented at and below one location of a body.

    Attributes:
        members: documented members by name.
        others: members of any other name, if the contract describes them.
        entries: entries of an array; `None` if it describes none.
        is_secret: the value is a credential.
        is_open: everything counts as documented, since there is no contract.
        aliases: names of XML elements and attributes that stand for members.
        has_scalars: the value may be a string, number or boolean.
        is_loose: a value may hold members without breaking a rule or being noticed, although none are documented.
    """

    members: dict[str, Documented] = msgspec.field(default_factory=dict)
    others: Documented | None = None
    entries: Documented | None = None
    is_secret: bool = False
    is_open: bool = False
    aliases: dict[str, Documented] = msgspec.field(default_factory=dict)
    is_loose: bool = True
    has_scalars: bool = True

    def member(self, name: str) -> Documented | None:
        """Return a member; `None` if the contract does not document it."""
        return self if self.is_open else self.members.get(name) or self.others

    @property
    def inner(self) -> Documented:
        """Entries of an array."""
        return self if self.is_open else self.entries or NOTHING

    @property
    def leaf(self) -> Documented:
        """What is documented of the value, or of the entries of an array."""
        found = self
        for _ in range(_MAX_DEPTH):
            if found.has_scalars or found.entries is None:
                break
            found = found.entries
        return found

    @cached_property
    def by_name(self) -> dict[str, Documented]:
        """Members at any depth by name, as far as there are not too many."""
        found: dict[str, Documented] = {}
        seen: set[int] = set()
        pending = [self]
        while pending and len(found) < _MAX_NAMES:
            each = pending.pop()
            if id(each) in seen:
                continue
            seen.add(id(each))
            for name, inner in (*each.members.items(), *each.aliases.items()):
                found.setdefault(name, inner)
                pending.append(inner)
            pending += filter(None, (each.entries, each.others))
        return found

    def has_only_harmless(self, rules: NameRules) -> bool:
        """Return whether there is nothing to redact in any body that breaks no rule and gives no notice."""
        seen: dict[int, Documented] = {}
        pending = [self]
        while pending:
            each = pending.pop()
            if id(each) in seen:
                continue
            seen[id(each)] = each
            if each.is_loose or each.is_secret or each.others is not None:
                return False
            if any(rules.treatment(name) is not Treatment.UNKNOWN for name in each.members):
                return False
            pending += each.members.values()
            pending += filter(None, [each.entries])
        return True

    def clean(self, rules: NameRules) -> jsonschema_rs.Draft4Validator:
        """Return a validator of bodies in which there is nothing to redact; it accepts none if they are documented at
        very many places.
        """
        return jsonschema_rs.Draft4Validator(_CleanSchema(rules).of(self))


NOTHING: Final = Documented(has_scalars=False)
"""Nothing is documented."""

ANYTHING: Final = Documented(is_open=True)
"""There is no contract that could document anything."""


class _CleanSchema:
    """Makes the JSON schema of values in which there is nothing to redact."""

    def __init__(self, rules: NameRules) -> None:
        self._rules = rules
        self._shapes: list[Documented] = []
        self._numbers: dict[int, int] = {}
        self._kept = {"enum": [None, True, False, "", *sorted(rules.published)]}

    def of(self, shape: Documented) -> dict[str, Any]:
        start = self._reference(shape)
        definitions: dict[str, Any] = {}
        for number, each in enumerate(self._shapes):  # grows as shapes are referred to
            if number == _MAX_SHAPES:
                return {"not": {}}
            kinds = {} if each.has_scalars else {"type": ["object", "array", "boolean", "null"]}
            definitions[str(number)] = {
                **kinds,
                "properties": {name: self._member(name, inner) for name, inner in each.members.items()},
                "additionalProperties": False,
                "items": self._reference(each.inner),
            }
        return {"definitions": definitions, **start}

    def _member(self, name: str, shape: Documented) -> dict[str, Any]:
        treatment = self._rules.treatment(name)
        if treatment is Treatment.SHOWN:
            return {}
        if treatment is Treatment.HIDDEN or treatment is Treatment.SECRET or shape.is_secret:
            return self._kept
        return self._reference(shape)

    def _reference(self, shape: Documented) -> dict[str, Any]:
        if id(shape) not in self._numbers:
            self._numbers[id(shape)] = len(self._shapes)
            self._shapes.append(shape)
        return {"$ref": f"#/definitions/{self._numbers[id(shape)]}"}


def documented_by(document: Mapping[str, Any], schema: Any) -> Documented:
    """Return what a schema documents; a recursive one contains itself.

    Args:
        document: the contract in force.
        schema: schema object or reference.
    """
    return DocumentedBuilder(document).built(schema)


_Pending = tuple[Documented, Collection[Mapping[str, Any]], frozenset[str] | None]
"""A shape to fill: the schemas that describe it, and the types that they allow."""


class DocumentedBuilder:
    """Builds each shape of a contract once: a recursive schema would otherwise have shapes without end."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._shapes: dict[tuple[int, ...], Documented] = {}
        self._kept: list[Any] = []  # so that identities stay unique
        self._pending: list[_Pending] = []

    def built(self, schema: Any) -> Documented:
        """Return what a schema documents, and fill what is below it: schemas refer to others thousands deep."""
        shape = self.shape([schema])
        while self._pending:
            self._fill(*self._pending.pop())
        return shape

    def shape(self, schemas: Iterable[Any]) -> Documented:
        """Return the shape of values that all of the schemas may describe; `built` fills it."""
        nodes: dict[int, Mapping[str, Any]] = {}
        known = list(schemas)
        for schema in known:
            collect_alternatives(self._document, schema, nodes)
        self._kept += (known, nodes)
        key = tuple(nodes)
        if key not in self._shapes:
            shape = self._shapes[key] = Documented()
            self._pending.append((shape, nodes.values(), self._union(known)))
        return self._shapes[key]

    def _types(self, schema: Any, depth: int = 0) -> frozenset[str] | None:
        """Return the types that a schema allows; `None` if it allows any."""
        node = follow(self._document, schema)
        if not isinstance(node, dict) or depth > _MAX_DEPTH:
            return None
        named = node.get("type")
        if named is not None:
            return frozenset([named] if isinstance(named, str) else named)
        for branch in node.get("allOf", ()):
            types = self._types(branch, depth + 1)
            if types is not None:
                return types
        for keyword in ("oneOf", "anyOf"):
            if node.get(keyword):
                return self._union(node[keyword], depth + 1)
        return None

    def _union(self, schemas: Iterable[Any], depth: int = 0) -> frozenset[str] | None:
        found: frozenset[str] = frozenset()
        for schema in schemas:
            types = self._types(schema, depth)
            if types is None:
                return None
            found |= types
        return found

    def _fill(self, shape: Documented, nodes: Collection[Mapping[str, Any]], types: frozenset[str] | None) -> None:
        members: dict[str, list[Any]] = {}
        entries: list[Any] = []
        others: list[Any] = []
        for node in nodes:
            shape.is_secret = shape.is_secret or node.get("format") == _PASSWORD
            for name, inner in node.get("properties", {}).items():
                members.setdefault(name, []).append(inner)
            entries += [node["items"]] if "items" in node else []
            others += _others(node)
        shape.is_loose = _is_loose(nodes, types)
        shape.has_scalars = types is None or not types <= _CONTAINERS
        shape.members = {name: self.shape(schemas) for name, schemas in members.items()}
        shape.entries = self.shape(entries) if entries else None
        shape.others = self.shape(others) if others else None
        for name, schemas in members.items():
            for alias in filter(None, map(self._xml_name, schemas)):
                shape.aliases[alias] = shape.members[name]

    def _xml_name(self, schema: Any) -> str:
        node = follow(self._document, schema)
        xml = node.get("xml") if isinstance(node, dict) else None
        return str(xml.get("name", "")) if isinstance(xml, dict) else ""


def _is_loose(nodes: Collection[Mapping[str, Any]], types: frozenset[str] | None) -> bool:
    """Return whether schemas allow an object without members, or an array without entries, or say nothing."""
    if types is None:
        return True
    return ("object" in types and not any("properties" in node for node in nodes)) or (
        "array" in types and not any("items" in node for node in nodes)
    )


def _others(node: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the schemas of members that have no name of their own, unless they allow anything."""
    for schema in (node.get("additionalProperties"), *node.get("patternProperties", {}).values()):
        if isinstance(schema, dict) and schema:
            yield schema
