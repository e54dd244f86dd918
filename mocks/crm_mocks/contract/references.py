"""Resolve `$ref` within a contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_mocks.errors import ContractError


def follow(document: Mapping[str, Any], node: Any) -> Any:
    """Resolve a node: follow `$ref` and merge its sibling members over the target; return other nodes unchanged.

    Raises:
        ContractError: the reference is not a string, is circular, or does not resolve within the file.
    """
    seen: set[str] = set()
    while isinstance(node, dict) and "$ref" in node:
        reference = node["$ref"]
        if not isinstance(reference, str):
            raise ContractError("a reference must be a string")
        if reference in seen:
            raise ContractError(f"the reference {reference} is circular")
        seen.add(reference)
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        found = target(document, reference)
        node = {**found, **siblings} if siblings and isinstance(found, dict) else found
    return node


def target(document: Mapping[str, Any], reference: str) -> Any:
    """Return the node that a reference names, which may be a reference itself.

    Raises:
        ContractError: the reference does not resolve within the file.
    """
    if not reference.startswith("#/"):
        raise ContractError(f"the reference {reference} points outside the file")
    node: Any = document
    for part in reference[2:].split("/"):
        try:
            node = node[part.replace("~1", "/").replace("~0", "~")]
        except (KeyError, TypeError):
            raise ContractError(f"the reference {reference} does not exist") from None
    return node


def collect_alternatives(document: Mapping[str, Any], schema: Any, nodes: dict[int, Mapping[str, Any]]) -> None:
    """Collect a schema and those in its `allOf`, `oneOf` and `anyOf`, at any depth.

    Args:
        document: the contract in force.
        schema: schema object or reference.
        nodes: the schema objects by identity, which is added to.
    """
    node = follow(document, schema)
    identity = id(schema) if isinstance(schema, dict) and len(schema) > 1 else id(node)
    if not isinstance(node, dict) or identity in nodes:
        return
    nodes[identity] = node
    for keyword in ("allOf", "oneOf", "anyOf"):
        for branch in node.get(keyword, ()):
            collect_alternatives(document, branch, nodes)
