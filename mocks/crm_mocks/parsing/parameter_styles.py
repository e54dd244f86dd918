"""Read parameters that are not single values: arrays, objects, and JSON, in the styles of OpenAPI.

A value whose form fits no style is not validated: the caller gets `UNKNOWN`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.contract.outcome import is_json
from crm_mocks.contract.parameter import Parameter
from crm_mocks.parsing.coercion import coerced, members, types_of

ABSENT: Final = object()
"""The value of a parameter that was not sent."""

UNKNOWN: Final = object()
"""The value of a parameter whose form fits no style."""

_SEPARATORS: Final = {"form": ",", "simple": ",", "label": ".", "spaceDelimited": " ", "pipeDelimited": "|"}
_BRACKETS: Final = re.compile(r"\[([^\[\]]*)\]")
_MAX_LEVELS: Final = 100
"""Maximum number of brackets after a name: a tree without end could not be written as JSON."""

_ENTRIES: Final = ""
"""Key of the entries of `name[]`, until the tree is complete."""


def styled_value(parameter: Parameter, pairs: Sequence[tuple[str, str]]) -> Any:
    """Return the JSON value of a parameter; `ABSENT` if it was not sent, `UNKNOWN` if its form is not understood.

    Args:
        parameter: query, path, header or cookie parameter.
        pairs: names and values in its place: of the query, of the cookies, or its own name with its value.
    """
    name = parameter.name
    sent = [value for key, value in pairs if key in (name, f"{name}[]")]
    if parameter.serialization.media_type:
        return _of_content(parameter, sent)
    types = types_of(parameter.document, parameter.schema)
    raw: Any = ABSENT
    if "object" in types:
        raw = _object(parameter, pairs, sent, may_be_other=types != {"object"})
    if raw is ABSENT and sent and "array" in types:
        raw = _array(parameter, sent)
    elif raw is ABSENT and sent:
        raw = _single(parameter, sent[-1])
    if raw is ABSENT or raw is UNKNOWN:
        return raw
    value = coerced(parameter.document, parameter.schema, raw)
    if not parameter.validator.is_valid(value):
        for other in _other_readings(parameter, sent, types):
            if parameter.validator.is_valid(other):
                return other
    return value


def _other_readings(parameter: Parameter, sent: list[str], types: frozenset[str]) -> list[Any]:
    """Return what else a value may mean where a schema permits several types."""
    if not sent:
        return []
    narrowed = [
        coerced(parameter.document, {"type": kind}, sent[-1])
        for kind in ("boolean", "integer", "number", "string")
        if kind in types
    ]
    return [*narrowed, *([None] if "null" in types and sent[-1] in ("", "null") else [])]


def _of_content(parameter: Parameter, sent: list[str]) -> Any:
    if not sent:
        return ABSENT
    if not is_json(parameter.serialization.media_type):
        return UNKNOWN
    try:
        return orjson.loads(sent[-1])
    except orjson.JSONDecodeError:
        return sent[-1]


def _single(parameter: Parameter, value: str) -> str:
    style = parameter.serialization.style
    if style == "label":
        return value.removeprefix(".")
    if style == "matrix":
        return value.removeprefix(f";{parameter.name}=").removeprefix(";")
    return value


def _array(parameter: Parameter, sent: list[str]) -> Any:
    style, explode = parameter.serialization.style, parameter.serialization.explode
    if style == "matrix":
        entries = sent[-1].removeprefix(";").split(";" if explode else ",")
        return [entry.removeprefix(f"{parameter.name}=") for entry in entries]
    if style not in _SEPARATORS:
        return UNKNOWN
    value = sent[-1].removeprefix(".") if style == "label" else sent[-1]
    if len(sent) > 1 or (explode and parameter.place == "query"):
        return sent
    separator = _SEPARATORS[style]
    entries = value.split(separator) if value else []
    return [entry.strip() for entry in entries] if parameter.place == "header" else entries


def _object(parameter: Parameter, pairs: Sequence[tuple[str, str]], sent: list[str], *, may_be_other: bool) -> Any:
    """Return an object of strings; `ABSENT` if none was sent, or a value that may be of another type."""
    style, explode = parameter.serialization.style, parameter.serialization.explode
    nested = nested_value(pairs, parameter.name)
    if nested is not ABSENT and not sent:  # deepObject, whatever the contract says: nothing else looks like it
        return nested
    if style == "form" and explode and parameter.place in ("query", "cookie") and not sent:
        known = dict(members(parameter.document, parameter.schema))
        found = {key: value for key, value in pairs if key in known}
        return found or ABSENT
    if not sent:
        return ABSENT
    if may_be_other or style not in ("form", "simple"):
        return ABSENT if may_be_other else UNKNOWN
    if sent[-1][:1] == "{":  # JSON, which coercion reads
        return sent[-1]
    parts = sent[-1].split(",")
    if explode:
        return dict(part.partition("=")[::2] for part in parts) if all("=" in part for part in parts) else UNKNOWN
    return dict(zip(parts[::2], parts[1::2], strict=True)) if len(parts) % 2 == 0 else UNKNOWN


def nested_value(pairs: Sequence[tuple[str, str]], name: str) -> Any:
    """Return the value written as `name[a]=1&name[b][]=2`; `ABSENT` if there is none.

    Args:
        pairs: names and values of a query or form.
        name: of the value.
    """
    tree: Any = ABSENT
    for key, value in pairs:
        if key.startswith(f"{name}["):
            path = _BRACKETS.findall(key[len(name) :])
            if 0 < len(path) <= _MAX_LEVELS and f"{name}{''.join(f'[{part}]' for part in path)}" == key:
                tree = _inserted({} if tree is ABSENT else tree, path, value)
    return ABSENT if tree is ABSENT else _lists(tree)


def _inserted(tree: dict[str, Any], path: list[str], value: str) -> dict[str, Any]:
    node = tree
    for part in path[:-1]:
        inner = node.setdefault(part, {})
        node = inner if isinstance(inner, dict) else {}
    if path[-1] == _ENTRIES:
        node.setdefault(_ENTRIES, []).append(value)
    else:
        node[path[-1]] = value
    return tree


def _lists(node: Any) -> Any:
    """Return a tree with lists in place of `[]` and of indexes."""
    if not isinstance(node, dict):
        return node
    if node.keys() == {_ENTRIES}:
        entries = node[_ENTRIES]
        return entries if isinstance(entries, list) else [_lists(entries)]
    result = {key: _lists(value) for key, value in node.items()}
    indexes = {key: parse_digits(key) for key in result}
    if None in indexes.values() or not result:
        return result
    return [result[key] for key in sorted(result, key=lambda key: indexes[key] or 0)]


def form_value(document: Mapping[str, Any], schema: Any, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the object that a form represents under a schema.

    Repeated names and `name[]` become arrays, `name[a]` objects, and strings the types that the schema asks for.

    Args:
        document: the contract in force.
        schema: of the form.
        pairs: names and values.
    """
    known = dict(members(document, schema))
    values: dict[str, Any] = {}
    for key, value in pairs:
        name = key if key in known or "[" not in key else key.partition("[")[0]
        if name != key:
            if name not in values:
                values[name] = nested_value(pairs, name)
            if values[name] is ABSENT:
                values[name] = value
        elif name in values and "array" in types_of(document, known.get(name, {})):
            values[name] = [*values[name], value] if isinstance(values[name], list) else [values[name], value]
        else:
            values[name] = value
    result: dict[str, Any] = coerced(document, schema, values)
    return result
