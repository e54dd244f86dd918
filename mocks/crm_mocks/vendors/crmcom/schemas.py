"""Look-ups in the contract in force: members of a schema, and values in a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from crm_mocks.contract import Operation
from crm_mocks.contract.references import follow
from crm_mocks.vendor import Contract, Location

_VARIANTS: Final = 64
_SCHEMAS: Final = "#/components/schemas/"


@lru_cache(maxsize=_VARIANTS * 64)
def members(contract: Contract, schema: str) -> dict[str, dict[str, Any]]:
    """Return the properties of a schema of the contract in force, by name."""
    properties: dict[str, dict[str, Any]] = contract.document["components"]["schemas"][schema].get("properties", {})
    return properties


def reference(node: Mapping[str, Any]) -> str:
    """Return the name of the schema that a property refers to, or an empty string."""
    target = node.get("$ref") or next((each["$ref"] for each in node.get("allOf", ()) if "$ref" in each), "")
    return str(target).removeprefix(_SCHEMAS)


def reached(contract: Contract, release: str, current: str) -> bool:
    """Return whether the current release is the given one or a later one."""
    releases: list[str] = contract.document["x-releases"]
    return releases.index(current) >= releases.index(release)


def request_schema(contract: Contract, operation: Operation) -> dict[str, Any]:
    """Return the schema of an operation's request body."""
    node = contract.document["paths"][operation.path][operation.method.lower()]["requestBody"]
    schema: dict[str, Any] = follow(contract.document, node["content"]["application/json"]["schema"])
    return schema


def schema_at(contract: Contract, schema: dict[str, Any], path: Location) -> dict[str, Any]:
    """Return the schema at a path below another one; an empty one if the contract has none there."""
    for step in path:
        node: Any = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        schema = _with_all_of(contract, node) if isinstance(node, dict) else {}
    return schema


def _with_all_of(contract: Contract, node: dict[str, Any]) -> dict[str, Any]:
    node = follow(contract.document, node)
    parts = [follow(contract.document, part) for part in node.get("allOf", ())]
    return {key: value for part in (node, *parts) for key, value in part.items()}


def value_at(body: Any, path: Location) -> Any:
    """Return the value at a path of a body, or `None`."""
    for step in path:
        try:
            body = body[step]
        except (KeyError, IndexError, TypeError):
            return None
    return body


def alternatives(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the members of which a schema requires exactly one by oneOf."""
    for branch in schema.get("oneOf", ()):
        yield from branch.get("required", ())
