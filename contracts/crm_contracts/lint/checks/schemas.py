"""Rules on schemas and their examples."""

from __future__ import annotations

from collections.abc import Mapping

from crm_contracts.lint.context import ContractVariant, LintContext
from crm_contracts.lint.locations import resolve
from crm_contracts.lint.registry import Problems, rule
from crm_contracts.lint.schemas import in_condition, properties_of, schema_holders, schemas_of
from crm_mocks.location import Location

_PARTS = ("properties", "allOf", "items", "additionalProperties")
"""Keywords whose schemas have the examples of an object or array: generators cannot write examples of objects."""


@rule(
    "property-documented",
    why="Users read the contract instead of the vendor's pages, and mocks and tools use the examples.",
    fix="Add a description and an example. Those of the $ref target count, and an object or array needs no example "
    "beside those of its parts.",
)
def property_documented(context: LintContext) -> Problems:
    """Find properties without description or example, except in conditions."""
    for location, own in properties_of(context.document):
        if in_condition(context.document, location):
            continue
        _, schema = resolve(context.document, location, own)
        name = location[-1]
        if not schema.get("description"):
            yield location, f"the property '{name}' has no description"
        if "example" not in schema and not any(key in schema for key in _PARTS):
            yield location, f"the property '{name}' has no example"


@rule(
    "alias-exists",
    why="The notice for an undocumented name points clients to the documented one.",
    fix="Set x-alias-of to a property of the same schema.",
)
def alias_exists(context: LintContext) -> Problems:
    """Find aliases of missing properties."""
    for location, schema in schemas_of(context.document):
        properties = schema.get("properties", {})
        for name, inner in properties.items():
            alias = inner.get("x-alias-of") if isinstance(inner, Mapping) else None
            if alias is not None and alias not in properties:
                yield (
                    (*location, "properties", name),
                    f"'{name}' is an alias of '{alias}', which is not a property of this schema",
                )


@rule(
    "parameter-documented",
    why="Parameters and headers are as much part of the contract as body members.",
    fix="Add a schema with a type, a description and an example.",
)
def parameter_documented(context: LintContext) -> Problems:
    """Find parameters and headers without description or example."""
    for location, node in schema_holders(context.document):
        if location[-2] == "content":
            continue  # a media type
        for key in ("description", "example"):
            if key not in node and key not in resolve(context.document, location, node["schema"])[1]:
                yield location, f"'{node.get('name', location[-1])}' has no {key}"


@rule(
    "schema-example-valid",
    why="Mocks send examples and users copy them: a wrong example misleads all of them.",
    fix="Correct the example or the schema, or mark the releases or settings in which the example applies.",
    only_30="The rule example-valid holds the examples of OpenAPI 3.1 to its schemas.",
)
def schema_example_valid(context: LintContext) -> Problems:
    """Find examples of schemas, parameters and headers that violate their schema in any variant."""

    def find(variant: ContractVariant) -> Problems:
        for location, schema in schemas_of(variant.document):
            if "example" in schema:
                yield from schema_violations(variant, (*location, "example"), schema, schema["example"])
        for location, node in schema_holders(variant.document):
            if "example" in node:
                yield from schema_violations(variant, (*location, "example"), node["schema"], node["example"])

    yield from context.in_each_variant(find)


def schema_violations(
    variant: ContractVariant, location: Location, schema: Mapping[str, object], value: object
) -> Problems:
    """Yield the violations of a variant's schema by an example value."""
    for error in variant.schemas.compile(dict(schema)).iter_errors(value):
        yield (
            (*location, *error.instance_path),
            f"the example violates its schema: {' '.join(error.message.split())[:300]}",
        )
