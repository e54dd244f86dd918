"""Keywords of OpenAPI 3.1 that the product's form of schemas has not, to be carried to the validators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from crm_mocks.supplied.source import Location

Adapt = Callable[[Any, Location], dict[str, Any]]

_SCHEMAS: Final = ("contains", "propertyNames")
UNEVALUATED: Final = ("unevaluatedProperties", "unevaluatedItems")
_IN_PLACE: Final = frozenset(
    {"$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not", "if", "dependentSchemas", "patternProperties"}
)


def carried_keywords(node: Mapping[str, Any], location: Location, adapt: Adapt) -> dict[str, Any]:
    """Return the keywords of a schema that are carried, with adapted schemas.

    Args:
        node: the schema.
        location: of the schema.
        adapt: adapts a schema that describes members or entries of the value.
    """
    carried: dict[str, Any] = {each: adapt(node[each], (*location, each)) for each in _SCHEMAS if each in node}
    if "contains" in node:
        carried.update({each: node[each] for each in ("minContains", "maxContains") if _is_count(node.get(each))})
    first = node.get("prefixItems")
    if isinstance(first, list) and first:
        carried["prefixItems"] = [adapt(each, (*location, "prefixItems", str(i))) for i, each in enumerate(first)]
        if "items" in node:  # false is adapted as the number of entries
            carried["items"] = {} if node["items"] is False else adapt(node["items"], (*location, "items"))
    for each in UNEVALUATED:
        if each in node and not (each == "unevaluatedProperties" and is_additional(node)):
            carried[each] = node[each] if isinstance(node[each], bool) else adapt(node[each], (*location, each))
    return carried


def is_additional(node: Mapping[str, Any]) -> bool:
    """Return whether `unevaluatedProperties` of a schema means what `additionalProperties` would."""
    return _IN_PLACE.isdisjoint(node) and "additionalProperties" not in node


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
