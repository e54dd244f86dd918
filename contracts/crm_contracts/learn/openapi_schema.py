"""JSON Schema as OpenAPI 3.0 has it: `nullable` in place of the type `null`, one type per schema."""

from __future__ import annotations

from typing import Any, Final

GUESS: Final = "x-guess"
"""Extension that states the evidence where the draft guesses."""

_NULL: Final = "null"


def openapi_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema by GenSON as a schema of OpenAPI 3.0.

    Example:
        >>> openapi_schema({"type": ["integer", "null"]})
        {'type': 'integer', 'nullable': True}
    """
    alternatives = list(_alternatives(schema))
    guess = schema.get(GUESS) if "anyOf" in schema else None
    known = [_members(each) for each in alternatives if each.get("type") != _NULL]
    is_nullable = len(known) < len(alternatives)
    if not known:
        return _with_guess({}, schema.get(GUESS), "only null was seen") if is_nullable else {}
    if is_nullable:
        known = [_nullable(each) for each in known]
    if len(known) == 1:
        return _with_guess(known[0], guess) if guess else known[0]
    return _with_guess({"anyOf": known}, guess, "values of several types were seen")


def _alternatives(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a schema as a list of schemas of one type each."""
    if "anyOf" in schema:
        return [each for inner in schema["anyOf"] for each in _alternatives(inner)]
    types = schema.get("type")
    if isinstance(types, list):
        return [{**schema, "type": each} for each in types]
    return [schema] if types else []


def _members(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with its inner schemas converted."""
    converted = dict(schema)
    if "properties" in schema:
        converted["properties"] = {name: openapi_schema(each) for name, each in schema["properties"].items()}
    if "additionalProperties" in schema:
        converted["additionalProperties"] = openapi_schema(schema["additionalProperties"])
    if schema["type"] == "array":
        items = schema.get("items")
        converted["items"] = openapi_schema(items) if items else {GUESS: "no item was seen"}
    return converted


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that accepts null, too."""
    nullable = {**schema, "nullable": True}
    if "enum" in schema:
        nullable["enum"] = [*schema["enum"], None]
    if GUESS in schema:
        nullable[GUESS] = nullable.pop(GUESS)
    return nullable


def _with_guess(schema: dict[str, Any], *reasons: str | None) -> dict[str, Any]:
    """Return a schema with reasons before its own."""
    own = schema.get(GUESS)
    return {**schema, GUESS: "; ".join(each for each in (*reasons, own) if each)}
