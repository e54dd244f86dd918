"""Rules on schemas that nothing can match."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from crm_contracts.lint.author.contract import AuthorContract
from crm_contracts.lint.registry import Problems, warning
from crm_mocks.generic.search import ValueSearch
from crm_mocks.supplied.schemas import SchemaAdapter
from crm_mocks.supplied.source import Location, SuppliedSource


@warning(
    "schema-satisfiable",
    why="The mock cannot answer with a value that its schema allows, and clients cannot send one.",
    fix="Change the keywords that contradict each other, or make a member optional that contains its own schema.",
)
def schema_satisfiable(contract: AuthorContract) -> Problems:
    """Find bodies and parameters that no value matches."""
    schemas = SchemaAdapter(SuppliedSource(contract.bundle))
    adapted = {place: schemas.adapt(node, location) for place, node, location in _roots(contract)}
    schemas.finish()
    search = ValueSearch({"components": {"schemas": schemas.components}}, Random(0))  # noqa: S311  # not for secrets
    for location, schema in adapted.items():
        if search.find(schema).is_unsatisfiable:
            yield location, "no value matches this schema"


def _roots(contract: AuthorContract) -> Iterator[tuple[Location, Any, Location]]:
    """Yield the schemas of bodies and parameters: the place of what they refer to, the schema and its own place."""
    holders = [(part.node, part.location) for part in contract.all_media]
    for node, location in (*holders, *contract.parameters):
        if isinstance(node.get("schema"), dict):
            own = (*location, "schema")
            _, place = contract.resolved(node["schema"], own)
            yield place, node["schema"], own
