"""Schemas of JSON values by GenSON, extended by formats, enums, maps and evidence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from genson import SchemaBuilder
from genson.schema.strategies import Object, String

from crm_contracts.learn.formats import formats_of
from crm_contracts.learn.openapi_schema import GUESS, openapi_schema
from crm_contracts.learn.paths import is_id
from crm_mocks.credential_names import is_credential_name, is_redacted
from crm_mocks.generic.member_names import plain_name
from crm_mocks.secret_values import is_random_name

_MAX_VALUES: Final = 8
"""Maximum number of values of an enum."""
_MIN_SAMPLES: Final = 12
_MIN_SIGHTINGS: Final = 2
"""Evidence for an enum: samples in all, and sightings of each value."""

_SYMBOL: Final = re.compile(r"[A-Z][A-Z0-9_]{0,39}|[a-z][a-z0-9_-]{0,39}")
_PERSONAL: Final = re.compile(
    r"name|title|city|street|address|mail|phone|comment|note|description|message|text|subject|colou?r|(^|_)id$|Id$|key|url"
)
"""Names of members that hold any text."""


class _Text(String):  # type: ignore[misc]  # GenSON has no types
    """Texts: their formats, and their values if there are few."""

    def __init__(self, node_class: Any) -> None:
        super().__init__(node_class)
        self._formats: frozenset[str] | None = None
        self._counts: Counter[str] | None = Counter()

    def add_object(self, obj: str) -> None:
        """Add a text."""
        if self._formats is None or self._formats:
            found = formats_of(obj)
            self._formats = found if self._formats is None else self._formats & found
        if self._counts is not None:
            self._counts[obj] += 1
            if len(self._counts) > _MAX_VALUES or not _SYMBOL.fullmatch(obj):
                self._counts = None

    def to_schema(self) -> dict[str, Any]:
        """Return the schema."""
        schema: dict[str, Any] = super().to_schema()
        if self._formats:
            schema["format"] = min(self._formats, key=("uuid", "date-time", "date", "email", "uri").index)
        elif self._is_enum():
            assert self._counts is not None
            schema["enum"] = sorted(self._counts)
            schema[GUESS] = f"all {self._counts.total()} samples have one of these {len(self._counts)} values"
        return schema

    def _is_enum(self) -> bool:
        counts = self._counts
        return bool(
            counts and len(counts) > 1 and counts.total() >= _MIN_SAMPLES and min(counts.values()) >= _MIN_SIGHTINGS
        )


class _Members(Object):  # type: ignore[misc]  # GenSON has no types
    """Objects: their members, or their values if the names are ids, and how many have each."""

    def __init__(self, node_class: Any) -> None:
        super().__init__(node_class)
        self._total = 0
        self._sightings: Counter[str] = Counter()
        self._mapped = node_class()

    def add_object(self, obj: dict[str, Any]) -> None:
        """Add an object."""
        self._total += 1
        for name, value in obj.items():
            if is_id(name) or is_random_name(name):
                self._mapped.add_object(value)
            else:
                self._sightings[name] += 1
                self._properties[name].add_object(value)

    def to_schema(self) -> dict[str, Any]:
        """Return the schema."""
        schema: dict[str, Any] = {"type": "object"}
        required = [name for name in self._properties if self._sightings[name] == self._total]
        if required:
            schema["required"] = required
        if self._properties:
            schema["properties"] = {name: self._property(name) for name in self._properties}
        if len(self._mapped):
            schema["additionalProperties"] = self._mapped.to_schema()
            schema[GUESS] = "the names of members are ids"
        elif self._total == 1 and required:
            schema[GUESS] = "1 sample: its members are required"
        return schema

    def _property(self, name: str) -> dict[str, Any]:
        schema: dict[str, Any] = self._properties[name].to_schema()
        if is_credential_name(name):
            schema.pop("format", None)
        if "enum" in schema and (is_credential_name(name) or _PERSONAL.search(name)):
            del schema["enum"], schema[GUESS]
        if (seen := self._sightings[name]) < self._total:
            reasons = [f"seen in {seen} of {self._total}", *([schema[GUESS]] if GUESS in schema else [])]
            schema = {**schema, GUESS: "; ".join(reasons)}
        return schema


class _Builder(SchemaBuilder):  # type: ignore[misc]  # as above
    EXTRA_STRATEGIES = (_Text, _Members)


def schema_of(values: Iterable[Any]) -> dict[str, Any]:
    """Return the OpenAPI 3.0 schema of JSON values.

    Members are required that all objects have; those that some lack have `x-guess`.

    Example:
        >>> schema_of([{"id": 1, "mail": "a@example.com"}, {"id": 2, "mail": None}])["properties"]["mail"]
        {'type': 'string', 'format': 'email', 'nullable': True}
    """
    builder = _Builder(schema_uri=None)
    for value in values:
        builder.add_object(value)
    return openapi_schema(builder.to_schema())


_INTEGER: Final = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?")
_WORDS: Final = {"true": True, "false": False}


def schema_of_texts(name: str, texts: Iterable[str]) -> dict[str, Any]:
    """Return the schema of values that are sent as text: in paths, queries, headers and forms.

    Args:
        name: name of the parameter or field.
        texts: its values.
    """
    values = list(texts)
    if is_credential_name(name) or not values or any(map(is_redacted, values)):
        return {"type": "string"}
    if all(each in _WORDS for each in values):
        return {"type": "boolean"}
    if all(map(_INTEGER.fullmatch, values)) and not plain_name(name).endswith(("phone", "zip", "postalcode", "code")):
        return {"type": "integer"}
    if all(map(_NUMBER.fullmatch, values)) and any("." in each for each in values):
        return {"type": "number"}
    schema = schema_of(values)
    if "enum" in schema and _PERSONAL.search(name):
        del schema["enum"], schema[GUESS]
    return schema
