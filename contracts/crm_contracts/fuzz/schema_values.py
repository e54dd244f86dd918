"""Values built from a schema alone, with few choices: Hypothesis spends time on each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from hypothesis import strategies as st

from crm_contracts.fuzz.cached_strategies import Draw, below, integers, numbers, one_of, texts
from crm_mocks.contract.references import follow

Make = Callable[[Draw, int], Any]
"""Draws a value at some depth below the body."""

_DEEPEST: Final = 12
"""Depth beyond which only required members are built."""

_FURTHER: Final = 3
"""Entries of an array, or members with any name, beyond the minimum."""

_ZONES: Final = ("Z", "+00:00", "-03:30", "+14:00", "z")
_ZONES_OF: Final = {"date-time": _ZONES, "local-date-time": ("",), "date-time-0-7": ("", *_ZONES[:-1])}
_DIGITS: Final = 8
"""Number of possible lengths of a fraction of a second: none to seven digits."""

_FIRST: Final = datetime(1, 1, 1, tzinfo=UTC)
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_SECONDS: Final = round((datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - _FIRST).total_seconds()) + 1
_SINCE: Final = round((_EPOCH - _FIRST).total_seconds())
_DAY: Final = 86_400
_CONSTANT: Final = {"email": "max@example.com", "uri": "https://example.com/"}
_END: Final = re.compile(r"(?<!\\)\$$")
"""The end of an anchored pattern: in Python, `$` also matches before a final line feed."""


@dataclass(frozen=True, slots=True)
class _Node:
    """How values of a schema are built.

    Attributes:
        make: draws a value other than null.
        nullable: null is allowed.
    """

    make: Make
    nullable: bool


class SchemaValueBuilder:
    """Builds values of the schemas of one contract; each schema is analysed once."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Prepare for the contract in force."""
        self._document = document
        self._known: dict[int, tuple[Any, _Node]] = {}

    def value(self, draw: Draw, schema: Any, depth: int = 0) -> Any:
        """Return a value; a few break rules that span several members.

        Args:
            draw: draw function of the composite strategy.
            schema: the schema, with references.
            depth: depth of the value below the body.
        """
        node = self._node(schema)
        if node.nullable and draw(below(4)) == 3:
            return None
        return node.make(draw, depth)

    def _node(self, schema: Any) -> _Node:
        known = self._known.get(id(schema))
        if known is None:
            followed = follow(self._document, schema)
            known = (schema, self._of(followed if isinstance(followed, dict) else {}))
            self._known[id(schema)] = known  # keep the schema, so that its id is not reused
        return known[1]

    def _of(self, schema: Mapping[str, Any]) -> _Node:
        nullable = schema.get("nullable") is True
        if "enum" in schema:
            return _Node(_chosen([each for each in schema["enum"] if each is not None] or [None]), nullable)
        parts = [self._all_of(schema["allOf"])] if "allOf" in schema else []
        parts += [self._one_of(schema[keyword]) for keyword in ("oneOf", "anyOf") if keyword in schema]
        if not parts:
            return _Node(self._of_type(schema), nullable)
        if "properties" in schema or "type" in schema:
            parts.insert(0, self._of_type(schema))
        return _Node(parts[0] if len(parts) == 1 else _merging(parts), nullable)

    def _all_of(self, schemas: list[Any]) -> Make:
        return _merging([partial(self._value_of, each) for each in schemas])

    def _value_of(self, schema: Any, draw: Draw, depth: int) -> Any:
        return self.value(draw, schema, depth)

    def _one_of(self, schemas: list[Any]) -> Make:
        return lambda draw, depth: self.value(draw, one_of(draw, schemas), depth)

    def _of_type(self, schema: Mapping[str, Any]) -> Make:
        kind = schema.get("type") or ("object" if "properties" in schema else "string")
        if kind == "object":
            named = "properties" in schema or not isinstance(schema.get("additionalProperties"), dict)
            return self._objects(schema) if named else self._dictionaries(schema)
        if kind == "array":
            return self._arrays(schema)
        if kind == "boolean":
            return lambda draw, _: draw(st.booleans())
        return _numbers(schema) if kind in ("integer", "number") else _texts(schema)

    def _arrays(self, schema: Mapping[str, Any]) -> Make:
        items = schema.get("items", {})
        low = schema.get("minItems", 0)
        further = below(min(schema.get("maxItems", low + _FURTHER), low + _FURTHER) - low + 1)

        def make(draw: Draw, depth: int) -> list[Any]:
            count = low if depth >= _DEEPEST else low + draw(further)
            return [self.value(draw, items, depth + 1) for _ in range(count)]

        return make

    def _objects(self, schema: Mapping[str, Any]) -> Make:
        """Return what draws objects; two bits of a single draw decide whether a member is absent, present or null."""
        properties, required = schema.get("properties", {}), schema.get("required", ())
        members = [
            (name, properties.get(name, {}), name in required) for name in {**properties, **dict.fromkeys(required)}
        ]
        size = (2 * len(members) + 7) // 8
        flags = st.binary(min_size=size, max_size=size)
        least, most = schema.get("minProperties", 0), schema.get("maxProperties", len(members))

        def make(draw: Draw, depth: int) -> dict[str, Any]:
            made: dict[str, Any] = {}
            bits = int.from_bytes(draw(flags), "little") if members else 0
            for left, (name, inner, needed) in zip(range(len(members), 0, -1), members, strict=True):
                flag, bits = bits & 3, bits >> 2
                wanted = (flag > 1 and depth < _DEEPEST and len(made) < most) or len(made) + left <= least
                if needed or wanted:
                    node = self._node(inner)
                    made[name] = None if flag == 3 and node.nullable else node.make(draw, depth + 1)
            return made

        return make

    def _dictionaries(self, schema: Mapping[str, Any]) -> Make:
        least, inner = schema.get("minProperties", 0), schema["additionalProperties"]

        def make(draw: Draw, depth: int) -> dict[str, Any]:
            count = least + draw(below(_FURTHER + 1))
            return {draw(texts(0, 8)): self.value(draw, inner, depth + 1) for _ in range(count)}

        return make


def _merging(parts: list[Make]) -> Make:
    """Return what draws several values and merges them if they are objects."""

    def make(draw: Draw, depth: int) -> Any:
        made = [each(draw, depth) for each in parts]
        if not all(isinstance(part, dict) for part in made):
            return made[-1]
        return {name: value for part in made for name, value in part.items()}

    return make


def _drawn(strategy: st.SearchStrategy[Any]) -> Make:
    return lambda draw, _: draw(strategy)


def _chosen(values: list[Any]) -> Make:
    return lambda draw, _: one_of(draw, values)


def _numbers(schema: Mapping[str, Any]) -> Make:
    low, high = schema.get("minimum"), schema.get("maximum")
    if schema["type"] == "integer":
        return _drawn(integers(schema.get("format", ""), low, high))
    return _drawn(numbers(low, high))


def _texts(schema: Mapping[str, Any]) -> Make:
    form = schema.get("format")
    if "pattern" in schema:
        return _drawn(st.from_regex(_END.sub(r"\\Z", schema["pattern"])))
    if form in _ZONES_OF:
        return _moments(_ZONES_OF[form])
    if form == "date":
        days = below(_SECONDS // _DAY)
        return lambda draw, _: _moment(draw(days) * _DAY)[:10]
    if form == "uuid":
        return _drawn(st.uuids().map(str))
    if form in _CONSTANT:
        return lambda *_: _CONSTANT[form]
    return _drawn(texts(schema.get("minLength", 0), schema.get("maxLength")))


def _moments(zones: tuple[str, ...]) -> Make:
    """Return what draws dates and times with a single choice of fraction, zone and moment."""
    forms = list(_forms(zones))
    all_of_them = below(len(forms) * _SECONDS)

    def make(draw: Draw, _: int) -> str:
        seconds, form = divmod(draw(all_of_them), len(forms))
        return _moment(seconds) + forms[form]

    return make


def _forms(zones: tuple[str, ...]) -> Iterator[str]:
    for digits in range(_DIGITS):
        for zone in zones:
            yield (f".{'1234567'[:digits]}" if digits else "") + zone


def _moment(seconds: int) -> str:
    """Return a date and time by seconds from 2000 on, continuing at the beginning of the calendar after its end."""
    return (_FIRST + timedelta(seconds=(seconds + _SINCE) % _SECONDS)).replace(tzinfo=None).isoformat()
