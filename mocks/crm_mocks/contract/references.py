"""Following `$ref` inside one contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_mocks.errors import ContractError


def follow(document: Mapping[str, Any], node: Any) -> Any:
    """Return what the node refers to, with the members beside `$ref` laid over it; other nodes as they are.

    Raises:
        ContractError: the reference is no text, leads nowhere, or out of the file.
    """
    seen: set[str] = set()
    while isinstance(node, dict) and "$ref" in node:
        reference = node["$ref"]
        if not isinstance(reference, str):
            raise ContractError("a reference must be a text")
        if reference in seen:
            raise ContractError(f"the reference {reference} leads back to itself")
        seen.add(reference)
        beside = {key: value for key, value in node.items() if key != "$ref"}
        target = _target(document, reference)
        node = {**target, **beside} if beside and isinstance(target, dict) else target
    return node


def _target(document: Mapping[str, Any], reference: str) -> Any:
    if not reference.startswith("#/"):
        raise ContractError(f"the reference {reference} leaves the file")
    node: Any = document
    for part in reference[2:].split("/"):
        try:
            node = node[part.replace("~1", "/").replace("~0", "~")]
        except (KeyError, TypeError):
            raise ContractError(f"the reference {reference} leads nowhere") from None
    return node
