"""Entries of lists as JSON: made and validated once for each stored record, not for each list that has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from crm_mocks.contract.schema_validator import SchemaValidator
from crm_mocks.generic.merged_schema import resolved
from crm_mocks.location import Location

_MAX_BYTES: Final = 4 * 1024 * 1024
_ANNOTATIONS: Final = frozenset(
    {"title", "description", "nullable", "example", "default", "deprecated", "readOnly", "writeOnly", "xml"}
)
_OF_ENVELOPES: Final = _ANNOTATIONS | {"type", "allOf", "properties", "required", "additionalProperties"}
_OF_LISTS: Final = _ANNOTATIONS | {"type", "items"}


@dataclass(frozen=True, slots=True)
class ListedRecord:
    """A record of a list, unpacked when it is used.

    Attributes:
        packed: as it is stored.
        unpack: returns the record.
    """

    packed: Any
    unpack: Callable[[Any], dict[str, Any]]

    @property
    def record(self) -> dict[str, Any]:
        """The record as clients see it; a new object each time."""
        return self.unpack(self.packed)


class PageEntries:
    """Entries of the lists of one contract, by the stored form of their records. The oldest are forgotten."""

    def __init__(self) -> None:
        self._entries: dict[tuple[Any, Any], orjson.Fragment | None] = {}
        self._sizes: dict[tuple[Any, Any], int] = {}
        self._bytes = 0

    def of(
        self,
        layout: Any,
        listed: ListedRecord,
        validator: SchemaValidator,
        make: Callable[[Any], Any],
    ) -> orjson.Fragment | None:
        """Return an entry as JSON; `None` if it breaks its schema, or if its record is not packed.

        Args:
            layout: identifies the list, and what its entries are made of besides the record.
            listed: the record.
            validator: of entries.
            make: makes the entry from the record.
        """
        if type(listed.packed) is dict:
            return None
        key = layout, listed.packed
        if key in self._entries:
            return self._entries[key]
        entry = make(listed.record)
        raw = orjson.dumps(entry) if validator.is_valid(entry) else b""
        fragment = orjson.Fragment(raw) if raw else None
        self._keep(key, fragment, 2 * len(raw))  # the record is as long
        return fragment

    def _keep(self, key: tuple[Any, Any], fragment: orjson.Fragment | None, size: int) -> None:
        self._entries[key] = fragment
        self._sizes[key] = size
        self._bytes += size
        while self._bytes > _MAX_BYTES:
            oldest = next(iter(self._entries))
            del self._entries[oldest]
            self._bytes -= self._sizes.pop(oldest)


def independent_entries(document: Mapping[str, Any], schema: Any, path: Location) -> Any:
    """Return the schema of the entries if a list is valid whenever they and the rest of its body are; else `None`.

    Args:
        document: the contract.
        schema: of the body.
        path: to the list.
    """
    nodes = _parts(document, schema)
    for step in path:
        if any(node.keys() - _OF_ENVELOPES for node in nodes):
            return None
        inner = [node["properties"][step] for node in nodes if step in node.get("properties", ())]
        nodes = [part for each in inner for part in _parts(document, each)]
    items = [node["items"] for node in nodes if "items" in node]
    is_plain = not any(node.keys() - _OF_LISTS for node in nodes if "allOf" not in node)
    return items[0] if is_plain and len(items) == 1 else None


def _parts(document: Mapping[str, Any], schema: Any) -> list[Mapping[str, Any]]:
    """Return a schema behind its reference, and all that are combined with it by `allOf`, each once."""
    parts = [resolved(document, schema)]
    seen = {id(parts[0])}
    for node in parts:
        for part in (resolved(document, each) for each in node.get("allOf") or ()):
            if id(part) not in seen:
                seen.add(id(part))
                parts.append(part)
    return parts
