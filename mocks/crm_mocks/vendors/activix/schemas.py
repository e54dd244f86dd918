"""The contract's schemas as the source of generated objects: their attributes and possible values."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any


class LeadSchemas:
    """The component schemas of a lead and its linked objects."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        """Keep the contract's component schemas."""
        self._schemas = schemas

    def blank(self, schema: str, **values: Any) -> dict[str, Any]:
        """Return an object with every attribute of a schema, null except for the given values."""
        return dict.fromkeys(self._schemas[schema]["properties"]) | values

    def draw(self, random: Random, schema: str, attribute: str) -> Any:
        """Draw one of an attribute's possible values."""
        return random.choice([value for value in self._schemas[schema]["properties"][attribute]["enum"] if value])
