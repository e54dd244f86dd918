"""Keywords of schemas that hold no schema: types, bounds, enums, patterns, examples."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.contract.schema import UNCHECKED_PATTERN
from crm_mocks.contract.supplied_contract import Topic
from crm_mocks.supplied.patterns import linear_pattern
from crm_mocks.supplied.source import Location, SuppliedSource

PLAIN: Final[Mapping[str, tuple[type[Any], str]]] = {
    "default": (object, ""),
    "deprecated": (bool, "true or false"),
    "discriminator": (dict, "an object"),
    "format": (str, "a string"),
    "readOnly": (bool, "true or false"),
    "writeOnly": (bool, "true or false"),
    "uniqueItems": (bool, "true or false"),
    "xml": (dict, "an object"),
}
"""Keywords that are taken as they are: the types of their values, and how they are called."""

_COUNTS: Final = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_TYPES: Final = frozenset({"string", "integer", "number", "boolean", "object", "array"})
_MISNAMED: Final = {"int": "integer", "long": "integer", "float": "number", "double": "number", "bool": "boolean"}
"""Types that programming languages have and JSON Schema has not."""

_OF_31: Final = ("contains", "propertyNames", "unevaluatedItems", "$dynamicRef")
"""Keywords that have no effect in OpenAPI 3.0."""

_OF_TYPE: Final[Mapping[str, frozenset[str]]] = {
    "string": frozenset({"minLength", "maxLength", "pattern", UNCHECKED_PATTERN, "format"}),
    "integer": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"}),
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"}),
    "array": frozenset({"items", "minItems", "maxItems", "uniqueItems"}),
    "object": frozenset(
        {"properties", "patternProperties", "additionalProperties", "required", "minProperties", "maxProperties"}
    ),
    "boolean": frozenset(),
}
PYTHON_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int, float),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}
"""Types of decoded values by type of schema; booleans are integers to Python."""


class Keywords:
    """Adapts the keywords of schemas that hold no schema."""

    def __init__(self, source: SuppliedSource) -> None:
        self._source = source

    def add_scalars(self, node: Mapping[str, Any], location: Location, result: dict[str, Any]) -> None:
        """Add bounds, enum, pattern and example to an adapted schema."""
        for keyword in _COUNTS:
            if keyword in node:
                self._add_count(node[keyword], keyword, location, result)
        for bound in ("minimum", "maximum"):
            self._add_bound(node, bound, location, result)
        factor: Any = node.get("multipleOf")
        if _is_number(factor) and factor > 0:
            result["multipleOf"] = factor
        if "const" in node and not self._source.is_30:
            result["enum"] = [node["const"]]
        elif isinstance(node.get("enum"), list) and node["enum"]:
            result["enum"] = _distinct(node["enum"])
        if "pattern" in node:
            self._add_pattern(node["pattern"], location, result)
        self._add_annotations(node, location, result)

    def plain(self, node: Mapping[str, Any], location: Location) -> dict[str, Any]:
        """Return the keywords of a schema that are taken as they are."""
        result: dict[str, Any] = {}
        for keyword in (each for each in PLAIN if each in node):
            kind, words = PLAIN[keyword]
            value: Any = node[keyword]
            if isinstance(value, kind):
                result[keyword] = value
            else:
                self._source.note((*location, keyword), f"{keyword} must be {words}; it has no effect")
        if not isinstance(result.get("discriminator", {}).get("propertyName"), str):
            result.pop("discriminator", None)  # noted by the rule on discriminators
        return result

    def dependent_required(self, node: Mapping[str, Any], location: Location) -> dict[str, Any]:
        """Return the names of members by the one that they must stand beside."""
        result: dict[str, Any] = {}
        for name, written in self._source.members(node, "dependentRequired").items():
            names = [each for each in written if isinstance(each, str)] if isinstance(written, list) else []
            if names:
                result[name] = [*dict.fromkeys(names)]
            elif written != []:
                text = "the members that depend on another one must be a list of names; this has no effect"
                self._source.note((*location, "dependentRequired", name), text)
        return result

    def _add_annotations(self, node: Mapping[str, Any], location: Location, result: dict[str, Any]) -> None:
        if "example" in node:
            result["example"] = node["example"]
        elif isinstance(node.get("examples"), list) and node["examples"]:
            result["example"] = node["examples"][0]
        for keyword in _OF_31 if self._source.is_30 else ():
            if keyword in node:
                self._source.note((*location, keyword), f"the keyword {keyword} has no effect")

    def _add_count(self, value: Any, keyword: str, location: Location, result: dict[str, Any]) -> None:
        if _is_number(value) and value >= 0 and int(value) == value:
            result[keyword] = int(value)
        else:
            self._source.note((*location, keyword), f"{keyword} must be a whole number from 0; it has no effect")

    def _add_bound(self, node: Mapping[str, Any], bound: str, location: Location, result: dict[str, Any]) -> None:
        exclusive = f"exclusive{bound.capitalize()}"
        value, excluded = node.get(bound), node.get(exclusive)
        if bound in node and not _is_number(value):
            self._source.note((*location, bound), f"{bound} must be a number; it has no effect")
            value = None
        if _is_number(excluded):
            stricter = value is None or (excluded >= value if bound == "minimum" else excluded <= value)
            result[bound] = excluded if stricter else value
            if stricter:
                result[exclusive] = True
        elif value is not None:
            result[bound] = value
            if excluded is True:
                result[exclusive] = True

    def _add_pattern(self, pattern: Any, location: Location, result: dict[str, Any]) -> None:
        linear = linear_pattern(pattern) if isinstance(pattern, str) else ""
        if linear:
            result["pattern"] = linear
        elif pattern != "":
            if isinstance(pattern, str):
                result[UNCHECKED_PATTERN] = pattern
            reason = "needs look-around, backtracking or another syntax than Python's"
            self._source.note(
                (*location, "pattern"), f"the pattern {str(pattern)[:80]} {reason}; it has no effect", Topic.PATTERN
            )

    def pattern_properties(self, node: Mapping[str, Any], location: Location) -> dict[str, tuple[str, Any]]:
        """Return the usable patterns of `patternProperties`, each with the one that was written and its schema."""
        usable: dict[str, tuple[str, Any]] = {}
        for pattern, inner in self._source.members(node, "patternProperties").items():
            linear = linear_pattern(pattern)
            if linear:
                usable[linear] = pattern, inner
            else:
                self._source.note(
                    (*location, "patternProperties", pattern), "this pattern has no effect", Topic.PATTERN
                )
        return usable

    def with_types(self, node: Mapping[str, Any], location: Location, result: dict[str, Any]) -> dict[str, Any]:
        """Return an adapted schema with its type; several become alternatives, and null becomes `nullable`."""
        written = node.get("type")
        names = written if isinstance(written, list) else [] if written is None else [written]
        types = [_MISNAMED.get(name, name) for name in names if isinstance(name, str)]
        unknown = [name for name in types if name not in _TYPES and name != "null"]
        if unknown or len(types) != len(names):
            self._source.note((*location, "type"), f"the type {written} is unknown; every type is accepted", Topic.TYPE)
            types = []
        if "null" in types or node.get("nullable") is True or None in result.get("enum", ()):
            result["nullable"] = True
        if types == ["null"]:
            result["enum"] = [None]
        types = [name for name in dict.fromkeys(types) if name != "null"]
        if len(types) > 1 and "number" in types and "integer" in types:
            types.remove("integer")
        if len(types) == 1:
            result["type"] = types[0]
        elif types:
            return _alternatives(types, result)
        if not result.get("type") and result.get("nullable") and not result.keys() - {"nullable"}:
            return {}  # anything, null included
        return result


def _alternatives(types: list[str], schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with one alternative for each type; keywords go to the alternatives that they constrain."""
    distributed = frozenset().union(*_OF_TYPE.values()) | {"enum"}
    branches = []
    for name in types:
        branch: dict[str, Any] = {"type": name, **{key: schema[key] for key in _OF_TYPE[name] if key in schema}}
        if "enum" in schema:
            fitting = [each for each in schema["enum"] if is_of_type(each, name)]
            if not fitting:
                continue
            branch["enum"] = fitting
        branches.append(branch)
    result = {key: value for key, value in schema.items() if key not in distributed}
    if "anyOf" in result:
        result["allOf"] = [*result.get("allOf", ()), {"anyOf": result.pop("anyOf")}]
    result["anyOf"] = branches or [{"type": name} for name in types]
    return result


def is_of_type(value: Any, name: str) -> bool:
    """Return whether a JSON value may be of a type of `PYTHON_TYPES`."""
    return isinstance(value, PYTHON_TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _is_number(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _distinct(values: list[Any]) -> list[Any]:
    """Return values without repetitions; 1 and true differ."""
    distinct: dict[str, Any] = {}
    for value in values:
        distinct.setdefault(repr(value), value)
    return list(distinct.values())
