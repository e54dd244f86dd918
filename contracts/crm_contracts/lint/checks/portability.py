"""Rules that let generators, validators and other tools of the field read a contract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_contracts.lint.context import LintContext
from crm_contracts.lint.locations import walk
from crm_contracts.lint.registry import Problems, rule
from crm_contracts.lint.schemas import in_condition, schemas_of
from crm_mocks.location import Location

_COMBINATIONS: Final = ("allOf", "oneOf", "anyOf")
_ALTERNATIVES: Final = ("oneOf", "anyOf")
_ANY_TYPE: Final = "x-any-type"
_CONDITION_KEYWORDS: Final = frozenset({"required", "minProperties", "maxProperties", *_COMBINATIONS, "description"})
"""Keywords of a schema that only narrows an object whose members are described elsewhere."""

_KNOWN_FORMATS: Final = frozenset(
    {
        *("int32", "int64", "float", "double"),
        *("byte", "binary", "date", "date-time", "password"),
        *("email", "hostname", "ipv4", "ipv6", "uri", "uri-reference", "uuid"),
    }
)
"""Formats that OpenAPI or JSON Schema defines, which tools know."""

_NOT_PORTABLE: Final = re.compile(
    r"\\[^AZzGKkQ1-9]|\[\^?\]?(?:\\.|[^\]\\])*\]"
    r"|(?P<group>\(\?(?!:)(?:P?<[=!]?|[=!>]|[a-zA-Z]+))|(?P<escape>\\[AZzGKkQ1-9])|(?P<possessive>[*+?}]\+)"
)
"""An escaped character or a class, or (named) what ECMA 262, Java or RE2 does not read."""

_DEPRECATED: Final = re.compile(r"(^|[.;] )(It is |This is )?[Dd]eprecated\b|\bis deprecated (from|since)\b")


@rule(
    "alternatives-alone",
    why="Generators turn `oneOf` and `anyOf` into a class of alternatives and drop the `properties` beside it.",
    fix="Write a condition on several members as `not: {not: {anyOf: …}}`, which generators skip and validators check.",
)
def alternatives_alone(context: LintContext) -> Problems:
    """Find `oneOf` and `anyOf` beside `properties`."""
    for location, schema in schemas_of(context.published):
        for keyword in _ALTERNATIVES:
            if keyword in schema and "properties" in schema and not in_condition(context.published, location):
                yield (*location, keyword), f"{keyword} stands beside properties"


@rule(
    "schema-typed",
    why="Generators make a schema without type an untyped value, and a branch without type a second class.",
    fix=f"Add the `type`, or `{_ANY_TYPE}: true` if every JSON value is valid; write a condition on several members "
    "into `allOf` beside the type, or as `not: {not: …}`.",
)
def schema_typed(context: LintContext) -> Problems:
    """Find schemas and branches of schemas without type, except in conditions."""
    conditions: set[Location] = set()
    for location, schema in schemas_of(context.published):
        if _is_typed(schema):
            conditions.update((*location, "allOf", index) for index in _conditions(schema))
            continue
        if in_condition(context.published, location) or any(location[: len(each)] == each for each in conditions):
            continue
        if schema.keys().isdisjoint(_COMBINATIONS):  # else the finding is at the branch
            kind = f"branch of {location[-2]}" if location[-2] in _COMBINATIONS else "schema"
            yield location, f"the {kind} has no type"


def _conditions(schema: Mapping[str, Any]) -> Iterator[int]:
    """Yield the indexes of the parts of `allOf` that only narrow the schema."""
    for index, part in enumerate(schema.get("allOf", ())):
        if _only_narrows(part):
            yield index


def _only_narrows(schema: Mapping[str, Any]) -> bool:
    branches = (branch for keyword in _COMBINATIONS for branch in schema.get(keyword, ()))
    return schema.keys() <= _CONDITION_KEYWORDS and all(map(_only_narrows, branches))


def _is_typed(schema: Mapping[str, Any]) -> bool:
    """Return whether a schema has a type: its own, or that of its branches or of its condition."""
    if not schema.keys().isdisjoint(("type", "$ref", _ANY_TYPE)):
        return True
    negated = schema.get("not", {}).get("not")
    return (
        any(map(_is_typed, schema.get("allOf", ())))
        or any(all(map(_is_typed, schema[key])) for key in _ALTERNATIVES if key in schema)
        or (negated is not None and _is_typed(negated))
    )


@rule(
    "nullable-typed",
    why="OpenAPI 3.0.3 lets `nullable` allow null only beside a `type` of the same schema.",
    fix="Add the `type`; beside a $ref, put `nullable` into the component, or write a schema of its own.",
    only_30="OpenAPI 3.1 has the type null in place of nullable.",
)
def nullable_typed(context: LintContext) -> Problems:
    """Find `nullable` without `type`."""
    for location, schema in schemas_of(context.published):
        if "nullable" in schema and "type" not in schema:
            yield (*location, "nullable"), "nullable has no type beside it"


@rule(
    "null-in-nullable-enum",
    why="`enum` lists all values: validators refuse null, whatever `nullable` says, unless the list has it.",
    fix="Add `null` to the enum.",
    only_30="OpenAPI 3.1 has the type null in place of nullable; the rule enum-consistent checks it.",
)
def null_in_nullable_enum(context: LintContext) -> Problems:
    """Find nullable enums without null."""
    for location, schema in schemas_of(context.published):
        if schema.get("nullable") is True and None not in schema.get("enum", [None]):
            yield (*location, "enum"), "the schema is nullable, but its enum has no null"


@rule(
    "format-has-pattern",
    why="Other tools do not know our own formats, and would accept any string.",
    fix="Add a `pattern` that accepts what the format accepts, as closely as a pattern can.",
)
def format_has_pattern(context: LintContext) -> Problems:
    """Find own formats without pattern."""
    for location, schema in schemas_of(context.published):
        form = schema.get("format")
        if form is not None and form not in _KNOWN_FORMATS and "pattern" not in schema:
            yield (*location, "format"), f"the format '{form}' is our own, and has no pattern beside it"


@rule(
    "pattern-portable",
    why="Patterns are read by the engines of many languages; Go's has no look-ahead, JavaScript's no inline flags.",
    fix="Use only `(…)`, `(?:…)`, `[…]`, `|`, `^`, `$`, the usual escapes and quantifiers.",
)
def pattern_portable(context: LintContext) -> Problems:
    """Find patterns with look-around, flags, named groups, back references or possessive quantifiers."""
    for location, schema in schemas_of(context.published):
        for found in _NOT_PORTABLE.finditer(str(schema.get("pattern", ""))):
            if found.lastgroup:
                yield (*location, "pattern"), f"the pattern has '{found[0]}', which not every language reads"


@rule(
    "no-object-example",
    why="Generators write the example of an object into the source code of clients, where it does not compile.",
    fix="Give each member an example, and write whole objects as named examples of requests and responses.",
)
def no_object_example(context: LintContext) -> Problems:
    """Find examples of objects in component schemas."""
    for location, schema in schemas_of(context.published):
        if location[:2] == ("components", "schemas") and _has_object(schema.get("example")):
            yield (*location, "example"), "the example is an object"


@rule(
    "info-complete",
    why="Whoever finds the file must see whom to ask and what the licence allows.",
    fix="Add `contact` with a name, and `license` with name and url, to `info`.",
)
def info_complete(context: LintContext) -> Problems:
    """Find contracts without contact or licence."""
    info = context.published["info"]
    contact, licence = info.get("contact", {}), info.get("license", {})
    if not contact.get("name"):
        yield ("info", "contact"), "info has no contact with a name"
    if not licence.get("name") or not licence.get("url"):
        yield ("info", "license"), "info has no license with a name and a url"


@rule(
    "deprecated-marked",
    why="Tools warn the users of a deprecated member only if it is marked.",
    fix="Add `deprecated: true`, or `x-deprecated-from` with the release.",
)
def deprecated_marked(context: LintContext) -> Problems:
    """Find operations, parameters and schemas that are deprecated by their description only."""
    for location, node in walk(context.published):
        if not isinstance(node, Mapping) or not _may_be_deprecated(location, node):
            continue
        marked = node.get("deprecated") is True or "x-deprecated-from" in node
        if not marked and _DEPRECATED.search(str(node.get("description", ""))):
            yield location, "the description says deprecated, but the node is not marked"


def _may_be_deprecated(location: Location, node: Mapping[str, Any]) -> bool:
    """Return whether a node is an operation, a parameter, or the schema of a member."""
    return "operationId" in node or {"name", "in"} <= node.keys() or location[-2:-1] in (("properties",), ("schemas",))


def _has_object(example: Any) -> bool:
    return isinstance(example, Mapping) or (isinstance(example, list) and any(map(_has_object, example)))
