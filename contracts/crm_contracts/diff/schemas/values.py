"""Values that a contract enumerates, and whether they fit a slot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs

from crm_contracts.diff.nodes import canonical
from crm_contracts.diff.schemas.formats import FORMATS
from crm_contracts.diff.schemas.slots import COUNTED, Slot


def type_of(value: Any) -> str:
    """Return the JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def admitting(slot: Slot) -> Callable[[Any], bool]:
    """Return a function that returns whether a value of its type fits a slot; only numbers and strings are examined.

    Objects and arrays count as fitting: contracts do not enumerate them together with other rules.
    """
    values = slot.values
    if values is not None:
        return lambda value: canonical(value) in values
    if slot.type not in ("number", "string"):
        return lambda _: True
    try:
        validator = _validator(slot)
    except ValueError:  # a pattern of another dialect
        return lambda _: True

    def admits(value: Any) -> bool:
        try:
            return validator.is_valid(value)
        except ValueError:  # a number that the validator does not support
            return True

    return admits


def _validator(slot: Slot) -> jsonschema_rs.Draft4Validator:
    parts: list[dict[str, Any]] = [{"format": each} for each in sorted(slot.formats)]
    parts += ({"pattern": each} for each in sorted(slot.patterns))
    parts += ({"multipleOf": each} for each in slot.multiples)
    for keyword, bound in zip(COUNTED[slot.type], (slot.low, slot.high), strict=True):
        if bound is not None:
            parts.append({keyword: bound.value, f"exclusive{keyword.capitalize()}": bound.open})
    schema: dict[str, Any] = {"allOf": parts} if parts else {}
    if slot.whole:
        schema["type"] = "integer"
    return jsonschema_rs.Draft4Validator(schema, validate_formats=True, formats=FORMATS)
