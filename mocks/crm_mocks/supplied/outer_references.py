"""References that lead out of a file: to other files, or to the network, which is never read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def refers_to_others(node: Any) -> bool:
    """Return whether a part of a document refers to other files or the network."""
    if isinstance(node, list):
        return any(map(refers_to_others, node))
    if not isinstance(node, Mapping):
        return False
    reference = node.get("$ref")
    return (isinstance(reference, str) and not reference.startswith("#")) or any(map(refers_to_others, node.values()))


def without_network(node: Any) -> Any:
    """Return a copy of a part of a document in which no reference leads to the network.

    Schemas that lead there become schemas of any value, as the mock takes them; other parts are left out.

    Example:
        >>> without_network({"items": {"$ref": "https://example.com/common.json#/components/schemas/User"}})
        {'items': {}}
    """
    if leads_to_network(node):
        return {}
    if isinstance(node, list):
        return [without_network(each) for each in node if _is_kept(each)]
    if isinstance(node, Mapping):
        return {name: without_network(part) for name, part in node.items() if _is_kept(part)}
    return node


def leads_to_network(node: Any) -> bool:
    """Return whether a part of a document is a reference to the network."""
    return isinstance(node, Mapping) and "://" in str(node.get("$ref", ""))


def has_network_references(node: Any) -> bool:
    """Return whether a part of a document contains a reference to the network."""
    if isinstance(node, list):
        return any(map(has_network_references, node))
    return isinstance(node, Mapping) and (leads_to_network(node) or any(map(has_network_references, node.values())))


def _is_kept(node: Any) -> bool:
    """Return whether a part stays: it is a schema, as the pointer of its reference has it, or in the document."""
    pointer = str(node["$ref"]).partition("#")[2] if leads_to_network(node) else ""
    return "/components/" not in pointer or "/schemas/" in pointer
