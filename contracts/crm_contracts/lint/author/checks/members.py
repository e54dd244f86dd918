"""Rules on members and values of schemas that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crm_contracts.lint.author.contract import AuthorContract
from crm_contracts.lint.author.formats import NUMERIC_FORMATS, is_known_format, known_formats
from crm_contracts.lint.author.schemas import SchemaPart, entries_of, property_names, types_of
from crm_contracts.lint.registry import Problems, warning
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.supplied.bundle import FILES
from crm_mocks.supplied.keywords import PYTHON_TYPES, is_of_type
from crm_mocks.supplied.source import Unresolvable


@warning(
    "required-described",
    why="A required member without schema accepts every value, or its name is misspelt and no message can be valid.",
    fix="Correct the name in `required`, or describe the member in `properties`.",
)
def required_described(contract: AuthorContract) -> Problems:
    """Find required members that no property describes, neither of the schema nor of those around it."""
    for part in contract.schemas:
        node = part.node
        required = node.get("required")
        if part.is_inline_branch or not isinstance(required, list) or not isinstance(node.get("properties"), dict):
            continue
        if isinstance(node.get("additionalProperties"), dict) or "patternProperties" in node:
            continue
        known = property_names(contract.source, node)
        for name in required:
            if isinstance(name, str) and name not in known:
                hint = did_you_mean(name, known)
                yield (*part.location, "required"), f"the required member {name} is not in properties{hint}"


@warning(
    "required-in-direction",
    why="readOnly members are never sent and writeOnly ones never answered, so requiring them has no effect.",
    fix="Remove `required`, or the mark; requests and responses may need schemas of their own.",
)
def required_in_direction(contract: AuthorContract) -> Problems:
    """Find required members that no message has: readOnly in requests only, writeOnly in responses only, or both."""
    for part in contract.schemas:
        required = part.node.get("required")
        for name, written in contract.source.members(part.node, "properties").items():
            member, _ = contract.resolved(written, ())
            read_only, write_only = member.get("readOnly") is True, member.get("writeOnly") is True
            place = (*part.location, "properties", name)
            if read_only and write_only:
                yield place, f"the member {name} is both readOnly and writeOnly"
            elif not isinstance(required, list) or name not in required:
                continue
            elif read_only and not part.in_response:
                yield place, f"the member {name} is required and readOnly, but only requests have it"
            elif write_only and not part.in_request:
                yield place, f"the member {name} is required and writeOnly, but only responses have it"


@warning(
    "deprecated-optional",
    why="Clients cannot stop sending a deprecated member or parameter that is required.",
    fix="Make it optional, or remove the mark.",
)
def deprecated_optional(contract: AuthorContract) -> Problems:
    """Find deprecated members of requests, and parameters, that are required."""
    for node, location in contract.parameters:
        if node.get("deprecated") is True and node.get("required") is True and node.get("in") != "path":
            yield location, f"the parameter {node.get('name')} is deprecated, but required"
    for part in contract.schemas:
        required = part.node.get("required")
        if not part.in_request or part.in_response or not isinstance(required, list):
            continue
        for name, written in contract.source.members(part.node, "properties").items():
            if name in required and isinstance(written, dict) and written.get("deprecated") is True:
                yield (*part.location, "properties", name), f"the member {name} is deprecated, but required"


@warning(
    "enum-consistent",
    why="Values that contradict the type are never valid, and validators disagree on null.",
    fix="Remove them or correct the type; a nullable enum lists null, and null needs `nullable` or the type null.",
)
def enum_consistent(contract: AuthorContract) -> Problems:
    """Find enums that are empty, have values of another type, or contradict themselves about null."""
    for part in contract.schemas:
        if "enum" in part.node:
            yield from ((((*part.location, "enum")), problem) for problem in _enum_problems(part))


def _enum_problems(part: SchemaPart) -> Iterator[str]:
    values = part.node["enum"]
    if not isinstance(values, list) or not values:
        yield "the enum has no values"
        return
    written = part.node.get("type")
    allows_null = (
        part.node.get("nullable") is True or written == "null" or (isinstance(written, list) and "null" in written)
    )
    if part.types and None in values and not allows_null:
        yield "the enum has null, but the schema is not nullable"
    if part.types and allows_null and None not in values:
        yield "the schema is nullable, but its enum has no null"
    known = [name for name in part.types if name in PYTHON_TYPES]
    if known and len(known) == len(part.types):
        for value in values:
            if value is not None and not any(is_of_type(value, name) for name in known):
                yield f"the enum has {value!r}, which is not of type {' or '.join(known)}"


@warning(
    "format-known",
    why="Strings are not checked against an unknown format, and values of it are made as for any string.",
    fix="Use a format that is known, or add a `pattern` or `enum`.",
)
def format_known(contract: AuthorContract) -> Problems:
    """Find formats of strings that the validator does not know, without a pattern or enum beside them."""
    for part in contract.schemas:
        form = part.node.get("format")
        if not isinstance(form, str) or part.types != ("string",) or is_known_format(form):
            continue
        if {"pattern", "enum", "const"}.isdisjoint(part.node):
            is_numeric = form in NUMERIC_FORMATS
            problem = "is one of numbers" if is_numeric else f"is unknown{did_you_mean(form, known_formats())}"
            yield (*part.location, "format"), f"the format {form} {problem}"


@warning(
    "discriminator-mapped",
    why="Generated clients choose the class by the discriminator; without a mapping, by the names of the schemas.",
    fix="Add a `mapping` from each value to its schema; each schema needs the property.",
)
def discriminator_mapped(contract: AuthorContract) -> Problems:
    """Find discriminators that cannot choose between the alternatives."""
    for part in contract.schemas:
        discriminator = part.node.get("discriminator")
        if isinstance(discriminator, dict):
            place = (*part.location, "discriminator")
            yield from ((place, problem) for problem in _discriminator_problems(contract, part, discriminator))


def _discriminator_problems(
    contract: AuthorContract, part: SchemaPart, discriminator: Mapping[str, Any]
) -> Iterator[str]:
    name = discriminator.get("propertyName")
    if not isinstance(name, str):
        yield "the discriminator has no propertyName"
        return
    mapping = discriminator.get("mapping")
    for value, target in mapping.items() if isinstance(mapping, dict) else ():
        if isinstance(target, str) and target.startswith("#/"):
            try:
                contract.source.target(_bundled(target, part))
            except Unresolvable:
                yield f"the mapping of {value} to {target} leads nowhere"
    alternatives = [*entries_of(part.node, "oneOf"), *entries_of(part.node, "anyOf")]
    own = contract.source.members(part.node, "properties")
    for index, written in enumerate(alternatives):
        if isinstance(written, dict) and written.get("type") == "null":
            continue
        reference = written.get("$ref") if isinstance(written, dict) else None
        label = reference.rpartition("/")[2] if isinstance(reference, str) else f"alternative {index + 1}"
        schema, _ = contract.resolved(written, ())
        if name not in own and schema and name not in property_names(contract.source, schema):
            yield f"{label} has no property {name}"
        elif not mapping:
            yield from _unmapped(contract, schema, name, label, is_named=isinstance(reference, str))


def _bundled(reference: str, part: SchemaPart) -> str:
    """Return a reference in a mapping as it is in the bundled document."""
    if part.location[:1] != (FILES,):
        return reference
    return f"#/{FILES}/{part.location[1].replace('~', '~0').replace('/', '~1')}{reference[1:]}"


def _unmapped(
    contract: AuthorContract, schema: Mapping[str, Any], name: str, label: str, *, is_named: bool
) -> Iterator[str]:
    if not is_named:
        yield f"{label} has no name, and there is no mapping"
        return
    member, _ = contract.resolved(contract.source.members(schema, "properties").get(name), ())
    values = [member["const"]] if "const" in member else member.get("enum")
    if isinstance(values, list) and values and label not in values and "string" in (types_of(member) or ("string",)):
        shown = ", ".join(map(str, values[:3]))
        yield f"{name} of {label} is {shown}, not the name of the schema, and there is no mapping"
