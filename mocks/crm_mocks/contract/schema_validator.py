"""A compiled schema that recognizes valid values fast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs

Compiled = jsonschema_rs.Draft4Validator


class SchemaValidator:
    """Validates values.

    Attributes:
        is_valid: returns whether a value matches the schema.
    """

    __slots__ = ("_compiled", "_fast", "is_valid")

    def __init__(self, compiled: Compiled, fast: Callable[[], Compiled]) -> None:
        """Take the compiled schema.

        Args:
            compiled: the schema as it is written.
            fast: compiles a schema that the same values match, when the first is to be recognized.
        """
        self._compiled = compiled
        self._fast = fast
        self.is_valid: Callable[[Any], bool] = self._is_valid

    def _is_valid(self, value: Any) -> bool:
        self.is_valid = self._fast().is_valid
        return self.is_valid(value)

    def iter_errors(self, value: Any) -> Iterator[Any]:
        """Return the errors of a value."""
        return self._compiled.iter_errors(value)

    def validate(self, value: Any) -> None:
        """Check that a value matches the schema.

        Raises:
            jsonschema_rs.ValidationError: it does not.
        """
        self._compiled.validate(value)
