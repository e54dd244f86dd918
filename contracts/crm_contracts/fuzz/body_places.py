"""Places of a documented body, with the schemas that apply to each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crm_contracts.fuzz.response_builder import Path
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import Schemas


@dataclass(frozen=True)
class BodyPlace:
    """A value in a body.

    Attributes:
        path: path in the body.
        value: the value.
        schemas: schemas that apply to the value, with alternatives resolved.
        is_member: it is a member of an object.
    """

    path: Path
    value: Any
    schemas: tuple[Mapping[str, Any], ...]
    is_member: bool = False

    def rule(self, keyword: str) -> Any:
        """Return the value of a keyword in the first schema that has it; `None` if none has it."""
        return next((schema[keyword] for schema in self.schemas if keyword in schema), None)

    @cached_property
    def name(self) -> str:
        """Name such as `body.lead.id`, as in violations."""
        return ".".join(map(str, ("body", *self.path)))


class BodyWalker:
    """Finds the places of bodies of one contract."""

    def __init__(self, document: Mapping[str, Any], schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas

    def places(self, value: Any, schema: Any) -> Iterator[BodyPlace]:
        """Yield each place of a body, outer ones first; of arrays, those of the first and last entry.

        Args:
            value: the body.
            schema: its schema, with references.
        """
        yield from self._below((), value, (schema,), is_member=False)

    def _below(self, path: Path, value: Any, given: tuple[Any, ...], *, is_member: bool) -> Iterator[BodyPlace]:
        schemas = tuple(found for schema in given for found in self._holding(schema, value))
        yield BodyPlace(path, value, schemas, is_member)
        if isinstance(value, dict):
            for name, inner in value.items():
                below = tuple(each for schema in schemas for each in _of_member(schema, name))
                yield from self._below((*path, name), inner, below, is_member=True)
        elif isinstance(value, list):
            items = tuple(schema["items"] for schema in schemas if "items" in schema)
            for number in dict.fromkeys((0, len(value) - 1) if value else ()):
                yield from self._below((*path, number), value[number], items, is_member=False)

    def _holding(self, schema: Any, value: Any) -> Iterator[Mapping[str, Any]]:
        """Yield a schema and those combined in it that apply to a value."""
        schema = follow(self._document, schema)
        if not isinstance(schema, dict):
            return
        yield schema
        for branch in schema.get("allOf", ()):
            yield from self._holding(branch, value)
        for keyword in ("oneOf", "anyOf"):
            for branch in schema.get(keyword, ()):
                if self._schemas.compile(branch).is_valid(value):
                    yield from self._holding(branch, value)


def _of_member(schema: Mapping[str, Any], name: str) -> Iterator[Any]:
    if name in schema.get("properties", {}):
        yield schema["properties"][name]
    elif isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"]
