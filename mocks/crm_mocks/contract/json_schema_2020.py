"""Keywords of JSON Schema 2020-12 that OpenAPI 3.0 has not, in schemas of the product's form.

A supplied contract of OpenAPI 3.1 carries them under `x-json-schema`, so that whatever reads schemas of OpenAPI 3.0
need not know them. They stand in their place in the schemas that validators are compiled from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

CARRIED: Final = "x-json-schema"
"""Extension of a schema: keywords that take the place of its own. At the root of a document: it was written as
OpenAPI 3.1, so validators are of JSON Schema 2020-12, which has more formats than draft 4, such as `duration`."""

_NAMED: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})
_DATA: Final = frozenset({"enum", "default", "required", "dependentRequired"})


def with_carried(schema: dict[str, Any], carried: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema of draft 4 with carried keywords in their place.

    Args:
        schema: the schema.
        carried: the keywords, with schemas of draft 4.
    """
    own = {key: value for key, value in schema.items() if key != "items"} if "prefixItems" in carried else schema
    return {**own, **carried}


def step_into(node: Any, step: str | int) -> Any:
    """Return what a step of a validator's path leads to in a schema of the product's form."""
    if isinstance(node, Mapping):
        carried = node.get(CARRIED)
        if isinstance(carried, Mapping) and step in carried:
            return carried[step]
        if step in ("dependentRequired", "dependentSchemas") and step not in node:
            return node["dependencies"]
    return node[step]


def in_draft_2020(node: Any) -> Any:
    """Return a schema of draft 4 as one of draft 2020-12."""
    if isinstance(node, list):
        return [in_draft_2020(each) for each in node]
    if not isinstance(node, dict):
        return node
    result: dict[str, Any] = {}
    for keyword, value in node.items():
        if keyword in _DATA:
            result[keyword] = value
        elif keyword in _NAMED and isinstance(value, Mapping):
            result[keyword] = {name: in_draft_2020(inner) for name, inner in value.items()}
        elif keyword == "dependencies" and isinstance(value, Mapping):
            lists = {name: each for name, each in value.items() if isinstance(each, list)}
            result["dependentRequired"] = lists
            others = {name: in_draft_2020(each) for name, each in value.items() if name not in lists}
            result["dependentSchemas"] = others
        else:
            result[keyword] = in_draft_2020(value)
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(result.get(exclusive), bool) and result.pop(exclusive) and bound in result:
            result[exclusive] = result.pop(bound)
    return result
