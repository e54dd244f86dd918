"""Finds the errors of a large value in an excerpt of it.

A validator takes 20 µs for each error, and copies the value that has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import jsonschema_rs
import msgspec

from crm_mocks.contract.nested_errors import is_of_cut
from crm_mocks.location import Location

MAX_VALUES: Final = 1_000
"""Maximum number of values in an excerpt, which bounds the number of its errors."""

MAX_ENTRIES: Final = 50
"""Maximum number of entries of an array in an excerpt."""

MAX_MEMBERS: Final = 200
"""Maximum number of members of an object in an excerpt."""

MAX_CHARACTERS: Final = 10_000
"""Maximum length of a string in an excerpt: longer than what any format or enum describes."""


class _Excerpt(msgspec.Struct):
    """Copies the beginning of a value, and notes what it leaves out.

    Attributes:
        room: number of values that may still be copied.
        cut: paths of the arrays, objects and strings of which parts are missing.
    """

    room: int = MAX_VALUES
    cut: set[Location] = msgspec.field(default_factory=set)

    def of(self, value: Any, path: Location = ()) -> Any:
        """Return a value without what exceeds the limits."""
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


def bounded_errors(validator: Any, value: Any) -> Iterable[Any]:
    """Return the errors of an invalid value; of a large one those of an excerpt, or the first error if that has none.

    Args:
        validator: validator of jsonschema-rs.
        value: decoded JSON.
    """
    if not _is_large(value):
        errors: Iterable[Any] = validator.iter_errors(value)
        return errors
    excerpt = _Excerpt()
    kept = excerpt.of(value)
    if not excerpt.cut:
        return list(validator.iter_errors(value))
    found = [error for error in validator.iter_errors(kept) if not is_of_cut(error, value, excerpt.cut)]
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


def _first_error(validator: Any, value: Any) -> list[Any]:
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        return [error]
    return []
