"""Check values against plain schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import jsonschema_rs

from crm_mocks.contract.schema import FORMATS
from crm_mocks.generic.search.conjunctions import Conjunction, Conjunctions

_SCALAR: Final[Mapping[str, tuple[str, ...]]] = {
    "string": ("type", "minLength", "maxLength", "pattern", "format"),
    "number": ("type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "boolean": ("type",),
    "null": ("type",),
}
"""Keywords that concern strings, numbers, booleans and null."""


def acceptance(wanted: Conjunction, conjunctions: Conjunctions, kind: str = "") -> Callable[[Any], bool]:
    """Return a check of whether a value matches.

    Args:
        wanted: what it must match.
        conjunctions: knows the schemas that are referred to.
        kind: type of the value if it is neither an object nor an array.
    """
    parts = [{key: part[key] for key in _SCALAR[kind] if key in part} if kind else {**part} for part in wanted.parts]
    schema: dict[str, Any] = {"allOf": [*filter(None, parts), *({"not": each} for each in wanted.excluded)]}
    if not schema["allOf"]:
        return lambda _: True
    if not kind:
        _add_components(schema, conjunctions)
    try:
        compiled = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, formats=FORMATS)
    except (jsonschema_rs.ValidationError, ValueError):
        conjunctions.is_complete = False
        return lambda _: True
    return compiled.is_valid


def _add_components(schema: dict[str, Any], conjunctions: Conjunctions) -> None:
    """Add the components that a schema refers to."""
    components: dict[str, Any] = {}
    pending = list(_references(schema))
    while pending:
        reference = pending.pop()
        name = reference.rpartition("/")[2].replace("%25", "%").replace("~1", "/").replace("~0", "~")
        if name not in components:
            components[name] = conjunctions.target(reference)
            pending += _references(components[name])
    schema["components"] = {"schemas": components}


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for inner in node.values():
            yield from _references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _references(inner)
