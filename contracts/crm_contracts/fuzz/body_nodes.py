"""Nodes of a body, with the schemas that apply to each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import Schemas
from crm_mocks.location import Location


@dataclass(frozen=True)
class BodyNode:
    """A value in a body.

    Attributes:
        path: path in the body.
        value: the value.
        schemas: schemas that apply to the value, with alternatives resolved.
        is_member: the value is a member of an object.
    """

    path: Location
    value: Any
    schemas: tuple[Mapping[str, Any], ...]
    is_member: bool = False

    def rule(self, keyword: str) -> Any:
        """Return the value of a keyword from the first schema that has it, or `None`."""
        return next((schema[keyword] for schema in self.schemas if keyword in schema), None)

    @cached_property
    def name(self) -> str:
        """Name as in violations, such as `body.lead.id`."""
        return ".".join(map(str, ("body", *self.path)))


class BodyWalker:
    """Yields the nodes of bodies of a contract."""

    def __init__(self, document: Mapping[str, Any], schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas

    def nodes(self, value: Any, schema: Any) -> Iterator[BodyNode]:
        """Yield the nodes of a body, outer ones first; of the entries of an array, only the first and last.

        Args:
            value: the body.
            schema: its schema, with references.
        """
        yield from self._below((), value, (schema,), is_member=False)

    def _below(self, path: Location, value: Any, candidates: tuple[Any, ...], *, is_member: bool) -> Iterator[BodyNode]:
        schemas = tuple(applicable for schema in candidates for applicable in self._applicable(schema, value))
        yield BodyNode(path, value, schemas, is_member)
        if isinstance(value, dict):
            for name, inner in value.items():
                member_schemas = tuple(member for schema in schemas for member in _member_schema(schema, name))
                yield from self._below((*path, name), inner, member_schemas, is_member=True)
        elif isinstance(value, list):
            items = tuple(schema["items"] for schema in schemas if "items" in schema)
            for index in dict.fromkeys((0, len(value) - 1) if value else ()):
                yield from self._below((*path, index), value[index], items, is_member=False)

    def _applicable(self, schema: Any, value: Any) -> Iterator[Mapping[str, Any]]:
        """Yield a schema and those of its subschemas that apply to a value."""
        schema = follow(self._document, schema)
        if not isinstance(schema, dict):
            return
        yield schema
        for branch in schema.get("allOf", ()):
            yield from self._applicable(branch, value)
        for keyword in ("oneOf", "anyOf"):
            for branch in schema.get(keyword, ()):
                if self._schemas.compile(branch).is_valid(value):
                    yield from self._applicable(branch, value)


def _member_schema(schema: Mapping[str, Any], name: str) -> Iterator[Any]:
    if name in schema.get("properties", {}):
        yield schema["properties"][name]
    elif isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"]
