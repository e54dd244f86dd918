"""Build values from a schema, with few choices, since Hypothesis spends time on each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from hypothesis import assume
from hypothesis import strategies as st

from crm_contracts.fuzz.cached_strategies import Draw, below, integers, numbers, one_of, strings
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import OWN_FORMATS

Make = Callable[[Draw, int], Any]
"""Draws a value at a depth below the body."""

_MAX_DEPTH: Final = 12
"""Depth beyond which only required members are built."""

_MAX_REQUIRED: Final = 50
"""Depth to which even required members are built: a schema may require itself."""

_MAX_EXTRA: Final = 3
"""Maximum number of array entries or additional members beyond the minimum."""

_OFFSETS: Final = ("Z", "+00:00", "-03:30", "+14:00", "z")
_OFFSETS_BY_FORMAT: Final = {
    "date-time": _OFFSETS,
    "date-time-or-empty": _OFFSETS,
    "local-date-time": ("",),
    "date-time-0-7": ("", *_OFFSETS[:-1]),
}
_FRACTION_LENGTHS: Final = 8
"""Number of possible lengths of a fraction of a second: 0 to 7 digits."""

_FIRST: Final = datetime(1, 1, 1, tzinfo=UTC)
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_SECONDS: Final = round((datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - _FIRST).total_seconds()) + 1
_EPOCH_OFFSET: Final = round((_EPOCH - _FIRST).total_seconds())
_DAY: Final = 86_400
_CONSTANTS: Final = {"email": "max@example.com", "uri": "https://example.com/"}
_PATTERN_END: Final = re.compile(r"(?<!\\)\$$")
"""The end of an anchored pattern: in Python, `$` also matches before a final line feed."""


@dataclass(frozen=True, slots=True)
class _Node:
    """How to build values of a schema.

    Attributes:
        make: draws a value other than null.
        nullable: whether null is allowed.
    """

    make: Make
    nullable: bool


class SchemaValueBuilder:
    """Builds values of the schemas of a contract; each schema is analysed once."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Create a builder for the contract in force."""
        self._document = document
        self._nodes: dict[int, tuple[Any, _Node]] = {}

    def value(self, draw: Draw, schema: Any, depth: int = 0) -> Any:
        """Return a value; it may violate rules that span several members.

        Args:
            draw: draw function of the composite strategy.
            schema: the schema, with references.
            depth: depth of the value below the body.
        """
        assume(depth <= _MAX_REQUIRED)
        node = self._node(schema)
        if node.nullable and draw(below(4)) == 3:
            return None
        return node.make(draw, depth)

    def _node(self, schema: Any) -> _Node:
        cached = self._nodes.get(id(schema))
        if cached is None:
            followed = follow(self._document, schema)
            cached = (schema, self._of(followed if isinstance(followed, dict) else {}))
            self._nodes[id(schema)] = cached  # keep the schema, so that its id is not reused
        return cached[1]

    def _of(self, schema: Mapping[str, Any]) -> _Node:
        nullable = schema.get("nullable") is True
        if "enum" in schema:
            return _Node(_chosen([value for value in schema["enum"] if value is not None] or [None]), nullable)
        parts = [self._all_of(schema["allOf"])] if "allOf" in schema else []
        parts += [self._one_of(schema[keyword]) for keyword in ("oneOf", "anyOf") if keyword in schema]
        if not parts:
            return _Node(self._of_type(schema), nullable)
        if "properties" in schema or "type" in schema:
            parts.insert(0, self._of_type(schema))
        return _Node(parts[0] if len(parts) == 1 else _merging(parts), nullable)

    def _all_of(self, schemas: list[Any]) -> Make:
        return _merging([partial(self._value_of, schema) for schema in schemas])

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
        return _numbers(schema) if kind in ("integer", "number") else _strings(schema)

    def _arrays(self, schema: Mapping[str, Any]) -> Make:
        items = schema.get("items", {})
        low = schema.get("minItems", 0)
        extra = below(max(min(schema.get("maxItems", low + _MAX_EXTRA), low + _MAX_EXTRA) - low + 1, 1))

        def make(draw: Draw, depth: int) -> list[Any]:
            count = low if depth >= _MAX_DEPTH else low + draw(extra)
            return [self.value(draw, items, depth + 1) for _ in range(count)]

        return make

    def _objects(self, schema: Mapping[str, Any]) -> Make:
        """Return a function that draws objects. Two bits of one draw make each member absent, present or null."""
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
                included = (flag > 1 and depth < _MAX_DEPTH and len(made) < most) or len(made) + left <= least
                if needed or included:
                    node = self._node(inner)
                    made[name] = None if flag == 3 and node.nullable else node.make(draw, depth + 1)
            return made

        return make

    def _dictionaries(self, schema: Mapping[str, Any]) -> Make:
        least, inner = schema.get("minProperties", 0), schema["additionalProperties"]

        def make(draw: Draw, depth: int) -> dict[str, Any]:
            count = least + draw(below(_MAX_EXTRA + 1))
            return {draw(strings(0, 8)): self.value(draw, inner, depth + 1) for _ in range(count)}

        return make


def _merging(parts: list[Make]) -> Make:
    """Return a function that draws several values and merges them if they are objects."""

    def make(draw: Draw, depth: int) -> Any:
        made = [make_part(draw, depth) for make_part in parts]
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


def _strings(schema: Mapping[str, Any]) -> Make:
    form = schema.get("format")
    if "pattern" in schema and form not in OWN_FORMATS:
        return _drawn(st.from_regex(_PATTERN_END.sub(r"\\Z", schema["pattern"])))
    if form in _OFFSETS_BY_FORMAT:
        return _date_times(_OFFSETS_BY_FORMAT[form])
    if form == "local-date-or-date-time":
        both = (_dates(), _date_times(("",)))
        return lambda draw, depth: both[draw(below(2))](draw, depth)
    if form == "date":
        return _dates()
    if form == "uuid":
        return _drawn(st.uuids().map(str))
    if form in _CONSTANTS:
        return lambda *_: _CONSTANTS[form]
    return _drawn(strings(schema.get("minLength", 0), schema.get("maxLength")))


def _dates() -> Make:
    days = below(_SECONDS // _DAY)
    return lambda draw, _: _date_time(draw(days) * _DAY)[:10]


def _date_times(offsets: tuple[str, ...]) -> Make:
    """Return a function that draws dates and times, with a single choice of time, fraction and offset."""
    suffixes = list(_suffixes(offsets))
    choices = below(len(suffixes) * _SECONDS)

    def make(draw: Draw, _: int) -> str:
        seconds, index = divmod(draw(choices), len(suffixes))
        return _date_time(seconds) + suffixes[index]

    return make


def _suffixes(offsets: tuple[str, ...]) -> Iterator[str]:
    for digits in range(_FRACTION_LENGTHS):
        for offset in offsets:
            yield (f".{'1234567'[:digits]}" if digits else "") + offset


def _date_time(seconds: int) -> str:
    """Return the date and time at seconds since 2000, wrapping around at the end of the calendar."""
    return (_FIRST + timedelta(seconds=(seconds + _EPOCH_OFFSET) % _SECONDS)).replace(tzinfo=None).isoformat()
