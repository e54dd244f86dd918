"""The errors of a value that is large, or nested deeply, found in an excerpt of it.

A validator takes 20 µs for each error, and copies the value that has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import jsonschema_rs
import msgspec

MAX_VALUES: Final = 1_000
"""Maximum number of values in an excerpt, which bounds the number of its errors."""

MAX_ENTRIES: Final = 50
MAX_MEMBERS: Final = 200
"""Maximum number of entries of an array and of members of an object in an excerpt."""

MAX_CHARACTERS: Final = 10_000
"""Maximum length of a string in an excerpt: longer than what any format or enum describes."""

_COUNTING: Final = frozenset({"minItems", "maxItems", "uniqueItems", "contains", "minProperties", "maxProperties"})
_MEASURING: Final = frozenset({"minLength", "pattern"})
_NESTING: Final = frozenset(
    {"oneOf", "anyOf", "not", "enum", "const", "uniqueItems", "contains", "unevaluatedItems", "unevaluatedProperties"}
)
"""Rules about a value that what it contains may break."""

TOO_DEEP: Final = "nesting"
"""Rule of the error that stands for those of a value that is nested too deeply for them to be listed."""

Path = tuple[str | int, ...]


class _Excerpt(msgspec.Struct):
    """Copies the beginning of a value.

    Attributes:
        room: number of values that may still be copied.
        cut: paths of the arrays, objects and strings of which parts are missing.
    """

    room: int = MAX_VALUES
    cut: set[Path] = msgspec.field(default_factory=set)

    def of(self, value: Any, path: Path = ()) -> Any:
        """Return a value without what there is no room for."""
        self.room -= 1
        if isinstance(value, str) and len(value) > MAX_CHARACTERS:
            self.cut.add(path)
            return value[:MAX_CHARACTERS]
        if isinstance(value, dict):
            kept: dict[Any, Any] = {}
            for name, inner in value.items():
                if self.room <= 0 or len(kept) >= MAX_MEMBERS:
                    self.cut.add(path)
                    break
                kept[name] = self.of(inner, (*path, name))
            return kept
        if isinstance(value, list):
            entries: list[Any] = []
            for number, inner in enumerate(value):
                if self.room <= 0 or number >= MAX_ENTRIES:
                    self.cut.add(path)
                    break
                entries.append(self.of(inner, (*path, number)))
            return entries
        return value


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
    cut: set[Path] = set()
    kept = _above(value, levels, (), cut)
    found = [error for error in validator.iter_errors(kept) if not _is_of_cut(error, value, cut)]
    if found or not cut:
        return found
    kind: Any = _TooDeep(TOO_DEEP, levels)
    text = f"is invalid more than {levels} levels deep"
    return [jsonschema_rs.ValidationError(text, text, [TOO_DEEP], [], [TOO_DEEP], kind, value)]


def _above(value: Any, levels: int, path: Path, cut: set[Path]) -> Any:
    """Return a value with empty arrays and objects below a level, whose paths are added to those that are cut."""
    if not isinstance(value, dict | list) or not value:
        return value
    if not levels:
        cut.add(path)
        return type(value)()
    if isinstance(value, dict):
        return {name: _above(inner, levels - 1, (*path, name), cut) for name, inner in value.items()}
    return [_above(inner, levels - 1, (*path, number), cut) for number, inner in enumerate(value)]


def bounded_errors(validator: Any, value: Any) -> Iterable[Any]:
    """Return the errors of an invalid value, of a large one those of its beginning, or else the first one after it.

    Args:
        validator: of jsonschema-rs.
        value: decoded JSON.
    """
    if not _is_large(value):
        errors: Iterable[Any] = validator.iter_errors(value)
        return errors
    excerpt = _Excerpt()
    kept = excerpt.of(value)
    if not excerpt.cut:
        return list(validator.iter_errors(value))
    found = [error for error in validator.iter_errors(kept) if not _is_of_cut(error, value, excerpt.cut)]
    return found or _first_error(validator, value)


def _is_large(value: Any) -> bool:
    """Return whether a value has more than `MAX_VALUES` values, or any of them is a long string."""
    remaining, count = [value], 0
    while remaining:
        inner = remaining.pop()
        if isinstance(inner, dict | list):
            count += len(inner)
            if count > MAX_VALUES:
                return True
            remaining += inner.values() if isinstance(inner, dict) else inner
        elif isinstance(inner, str) and len(inner) > MAX_CHARACTERS:
            return True
    return False


def _is_of_cut(error: Any, value: Any, cut: set[Path]) -> bool:
    """Return whether an error may be due to what an excerpt lacks."""
    rule, path = error.kind.name, tuple(error.instance_path)
    if rule == TOO_DEEP:
        return True
    if rule in _NESTING and any(each[: len(path)] == path for each in cut):
        return True
    if path not in cut:
        return False
    if rule != "required":
        return rule in _COUNTING or rule in _MEASURING
    for step in path:
        value = value[step]
    return error.kind.value in value


def _first_error(validator: Any, value: Any) -> list[Any]:
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        return [error]
    return []
