"""The errors of a value that is nested deeply, found in what is above a level of it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import jsonschema_rs

from crm_mocks.location import Location

_ABOUT_ALL: Final = frozenset(
    {"minItems", "maxItems", "uniqueItems", "contains", "minProperties", "maxProperties", "minLength", "pattern"}
)
"""Rules about all of an array, object or string, which the rest of it may keep or break."""

_NESTING: Final = frozenset(
    {"oneOf", "anyOf", "not", "enum", "const", "uniqueItems", "contains", "unevaluatedItems", "unevaluatedProperties"}
)
"""Rules that any part of the value may keep or break."""

TOO_DEEP: Final = "nesting"
"""Rule of the error that stands for those of a value that is nested too deeply for them to be listed."""


class _TooDeep(NamedTuple):
    """Kind of an error whose place is not known.

    Attributes:
        name: the rule.
        value: number of levels that were searched.
    """

    name: str
    value: int


def nesting(value: Any, most: int) -> int:
    """Return how many arrays and objects of a value contain each other, at most a number."""
    levels, inner = 0, [value]
    while levels < most:
        inner = [each for each in inner if isinstance(each, dict | list) and each]
        if not inner:
            break
        levels += 1
        inner = [each for outer in inner for each in (outer.values() if isinstance(outer, dict) else outer)]
    return levels


def errors_above(validator: Any, value: Any, levels: int) -> list[Any]:
    """Return the errors of an invalid value down to a level; if there are none, one that says so.

    Args:
        validator: of jsonschema-rs.
        value: decoded JSON.
        levels: number of arrays and objects that may contain each other.
    """
    cut: set[Location] = set()
    kept = _above(value, levels, (), cut)
    found = [error for error in validator.iter_errors(kept) if not is_of_cut(error, value, cut)]
    if found or not cut:
        return found
    kind: Any = _TooDeep(TOO_DEEP, levels)
    text = f"is invalid more than {levels} levels deep"
    return [jsonschema_rs.ValidationError(text, text, [TOO_DEEP], [], [TOO_DEEP], kind, value)]


def _above(value: Any, levels: int, path: Location, cut: set[Location]) -> Any:
    """Return a value with empty arrays and objects below a level, whose paths are added to those that are cut."""
    if not isinstance(value, dict | list) or not value:
        return value
    if not levels:
        cut.add(path)
        return type(value)()
    if isinstance(value, dict):
        return {name: _above(inner, levels - 1, (*path, name), cut) for name, inner in value.items()}
    return [_above(inner, levels - 1, (*path, number), cut) for number, inner in enumerate(value)]


def is_of_cut(error: Any, value: Any, cut: set[Location]) -> bool:
    """Return whether an error may be due to what an excerpt lacks.

    Args:
        error: of jsonschema-rs, of the excerpt.
        value: the whole value.
        cut: paths of the arrays, objects and strings of which parts are missing.
    """
    rule, path = error.kind.name, tuple(error.instance_path)
    if rule == TOO_DEEP:
        return True
    if rule in _NESTING and any(each[: len(path)] == path for each in cut):
        return True
    if path not in cut:
        return False
    if rule != "required":
        return rule in _ABOUT_ALL
    for step in path:
        value = value[step]
    return error.kind.value in value
