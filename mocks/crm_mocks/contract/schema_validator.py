"""A compiled schema that recognizes valid values fast."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

import jsonschema_rs

from crm_mocks.contract.applications import levels_within
from crm_mocks.contract.nested_errors import errors_above, nesting

Compiled = jsonschema_rs.Draft4Validator

_SHALLOW: Final = 3
"""Nesting of values whose errors are always listed: most have no more, and to count what applies takes time."""


class SchemaValidator:
    """Validates values.

    Attributes:
        is_valid: returns whether a value matches the schema.
    """

    __slots__ = ("_applied", "_compiled", "_fast", "is_valid")

    def __init__(self, compiled: Compiled, fast: Callable[[], Compiled], applied: Callable[[], list[int]]) -> None:
        """Take the compiled schema.

        Args:
            compiled: the schema as it is written.
            fast: compiles a schema that the same values match, when the first is to be recognized.
            applied: returns how many schemas apply to one part of a value, by level.
        """
        self._compiled = compiled
        self._fast = fast
        self._applied = lru_cache(maxsize=1)(applied)
        self.is_valid: Callable[[Any], bool] = self._is_valid

    def _is_valid(self, value: Any) -> bool:
        self.is_valid = self._fast().is_valid
        return self.is_valid(value)

    def iter_errors(self, value: Any) -> Iterable[Any]:
        """Return the errors of a value; of one that is nested deeply, those above the level where they multiply."""
        levels = self._levels_of(value)
        if levels is None:
            errors: Iterable[Any] = self._compiled.iter_errors(value)
            return errors
        return [] if self._compiled.is_valid(value) else errors_above(self._compiled, value, levels)

    def validate(self, value: Any) -> None:
        """Check that a value matches the schema.

        Raises:
            jsonschema_rs.ValidationError: it does not.
        """
        if self._levels_of(value) is None:
            self._compiled.validate(value)
            return
        for error in self.iter_errors(value):
            raise error

    def _levels_of(self, value: Any) -> int | None:
        """Return how many levels of a value its errors can be listed of; `None` if it has no more than those."""
        if nesting(value, _SHALLOW + 1) <= _SHALLOW:
            return None
        return levels_within(value, self._applied())
