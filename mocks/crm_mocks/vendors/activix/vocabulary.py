"""What the contract knows about the objects of a lead: their attributes and the possible values."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any


class Vocabulary:
    """The attributes of the contract's objects, for making some."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        """Take the contract's component schemas."""
        self._schemas = schemas

    def blank(self, schema: str, **values: Any) -> dict[str, Any]:
        """Return an object with every attribute of a schema, null but for the values given."""
        return dict.fromkeys(self._schemas[schema]["properties"]) | values

    def draw(self, random: Random, schema: str, attribute: str) -> Any:
        """Draw one of the possible values of an attribute."""
        return random.choice([value for value in self._schemas[schema]["properties"][attribute]["enum"] if value])
