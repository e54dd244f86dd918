"""Rules on schemas and their own examples."""

from __future__ import annotations

from collections.abc import Mapping

from crm_contracts.lint.places import resolve
from crm_contracts.lint.registry import Found, rule
from crm_contracts.lint.schemas import holders_of, properties_of, schemas_of
from crm_contracts.lint.subject import Subject, Variant

_TYPES = ("type", "oneOf", "anyOf", "allOf", "enum", "not")


@rule(
    "property-documented",
    why="The contract is what users read instead of the vendor's pages, and examples are what mocks and tools fill in.",
    fix="Give the property a type or $ref, a description and an example; beside a $ref those of its target count.",
)
def property_documented(subject: Subject) -> Found:
    """Find properties without type, description or example."""
    for place, own in properties_of(subject.document):
        _, schema = resolve(subject.document, place, own)
        name = place[-1]
        if not any(key in schema for key in _TYPES):
            yield place, f"the property '{name}' has no type"
        if not schema.get("description"):
            yield place, f"the property '{name}' has no description"
        if "example" not in schema:
            yield place, f"the property '{name}' has no example"


@rule(
    "alias-exists",
    why="The notice that a client gets for an undocumented name tells it the documented one.",
    fix="Name a property of the same schema in x-alias-of.",
)
def alias_exists(subject: Subject) -> Found:
    """Find properties that are said to be another name of one that is not there."""
    for place, schema in schemas_of(subject.document):
        properties = schema.get("properties", {})
        for name, inner in properties.items():
            alias = inner.get("x-alias-of") if isinstance(inner, Mapping) else None
            if alias is not None and alias not in properties:
                yield (*place, "properties", name), f"'{name}' is said to be '{alias}', which is no property here"


@rule(
    "parameter-documented",
    why="Parameters and headers are as much of the contract as members of a body.",
    fix="Give it a schema with a type, a description and an example.",
)
def parameter_documented(subject: Subject) -> Found:
    """Find parameters and headers without schema, description or example."""
    for place, node in holders_of(subject.document):
        if place[-2] == "content":
            continue  # a media type
        for key in ("description", "example"):
            if key not in node and key not in resolve(subject.document, place, node["schema"])[1]:
                yield place, f"'{node.get('name', place[-1])}' has no {key}"


@rule(
    "schema-example-valid",
    why="Examples are answered, pasted and generated from: a wrong one teaches every user the wrong thing.",
    fix="Correct the example or the schema; if it holds only in some releases or settings, mark it so.",
)
def schema_example_valid(subject: Subject) -> Found:
    """Find examples of schemas, parameters and headers that break their schema in any variant."""

    def find(variant: Variant) -> Found:
        for place, schema in schemas_of(variant.document):
            if "example" in schema:
                yield from invalid(variant, (*place, "example"), schema, schema["example"])
        for place, node in holders_of(variant.document):
            if "example" in node:
                yield from invalid(variant, (*place, "example"), node["schema"], node["example"])

    yield from subject.in_each_variant(find)


def invalid(variant: Variant, place: tuple[str | int, ...], schema: Mapping[str, object], value: object) -> Found:
    """Yield what is wrong with a value by a schema of a variant."""
    for error in variant.schemas.compile(dict(schema)).iter_errors(value):
        yield (*place, *error.instance_path), f"the example breaks its schema: {' '.join(error.message.split())[:300]}"
