"""Values built from a schema alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from hypothesis import strategies as st

from crm_mocks.contract.references import follow

Values = st.SearchStrategy[Any]

_DEEPEST: Final = 12
_INTEGERS: Final = {"int32": (-(2**31), 2**31 - 1)}
_OF_ALL: Final = (-(2**63), 2**63 - 1)
_MOMENTS: Final = st.datetimes().map(lambda moment: moment.isoformat())
_FORMATS: Final[dict[str, Values]] = {
    "date": st.dates().map(lambda day: day.isoformat()),
    "date-time": st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.isoformat()),
    "local-date-time": _MOMENTS,
    "date-time-0-7": _MOMENTS,
    "uuid": st.uuids().map(str),
    "email": st.just("max@example.com"),
    "uri": st.just("https://example.com/"),
}


def values(document: Mapping[str, Any], schema: Any, depth: int = 0) -> Values:
    """Return a strategy for values of a schema; a few of them break rules that span several members.

    Args:
        document: the contract in force.
        schema: with references.
        depth: how far below the body this is; beyond some depth, only what is required is built.
    """
    schema = follow(document, schema)
    if not isinstance(schema, dict):
        return st.none()
    built = _not_null(document, schema, depth)
    return st.one_of(built, st.none()) if schema.get("nullable") is True else built


def _not_null(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Values:
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    own = {name: rule for name, rule in schema.items() if name not in ("allOf", "oneOf", "anyOf", "nullable")}
    parts = [values(document, each, depth) for each in schema.get("allOf", ())]
    parts += [
        st.one_of([values(document, each, depth) for each in schema[keyword]])
        for keyword in ("oneOf", "anyOf")
        if keyword in schema
    ]
    if not parts:
        return _of_type(document, own, depth)
    if "properties" in own or "type" in own:
        parts.insert(0, _of_type(document, own, depth))
    return st.tuples(*parts).map(_merged)


def _merged(parts: tuple[Any, ...]) -> Any:
    """Return what is all of several values at once, as far as they are objects."""
    if not all(isinstance(part, dict) for part in parts):
        return parts[-1]
    return {name: value for part in parts for name, value in part.items()}


def _of_type(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Values:
    kind = schema.get("type") or ("object" if "properties" in schema else "string")
    if kind == "object":
        return _objects(document, schema, depth)
    if kind == "array":
        low = schema.get("minItems", 0)
        most = low if depth >= _DEEPEST else min(schema.get("maxItems", low + 3), low + 3)
        return st.lists(values(document, schema.get("items", {}), depth + 1), min_size=low, max_size=most)
    if kind == "boolean":
        return st.booleans()
    if kind in ("integer", "number"):
        return _numbers(schema)
    return _texts(schema)


def _objects(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Values:
    members = schema.get("properties", {})
    required = set(schema.get("required", ()))
    made = {name: values(document, members.get(name, {}), depth + 1) for name in {**members, **dict.fromkeys(required)}}
    needed = {name: each for name, each in made.items() if name in required}
    further = {name: each for name, each in made.items() if name not in required} if depth < _DEEPEST else {}
    if not made and isinstance(schema.get("additionalProperties"), dict):
        inner = values(document, schema["additionalProperties"], depth + 1)
        return st.dictionaries(st.text(max_size=8), inner, min_size=schema.get("minProperties", 0), max_size=3)
    return st.fixed_dictionaries(needed, optional=further)


def _numbers(schema: Mapping[str, Any]) -> Values:
    low, high = _INTEGERS.get(schema.get("format", ""), _OF_ALL)
    low, high = schema.get("minimum", low), schema.get("maximum", high)
    if schema["type"] == "integer":
        return st.integers(low, high)
    return st.floats(schema.get("minimum"), schema.get("maximum"), allow_nan=False, allow_infinity=False)


def _texts(schema: Mapping[str, Any]) -> Values:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"])
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    return st.text(min_size=schema.get("minLength", 0), max_size=schema.get("maxLength"))
