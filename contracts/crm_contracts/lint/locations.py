"""Locations in a contract, and traversal of its nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_mocks.contract.references import follow
from crm_mocks.location import Location

_PLAIN: Final = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_DATA: Final = frozenset({"example", "value", "default", "enum"})
_NAMED: Final = frozenset(
    {
        "properties",
        "schemas",
        "examples",
        "headers",
        "responses",
        "parameters",
        "securitySchemes",
        "x-positions",
        "x-position",
    }
)


def json_path(location: Location) -> str:
    """Return a location as a JSON path, such as `$.paths['/v1/leads'].post.tags[0]`."""
    parts = ["$"]
    for part in location:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        else:
            parts.append(f".{part}" if _PLAIN.fullmatch(part) else f"['{part}']")
    return "".join(parts)


def resolve(document: Mapping[str, Any], location: Location, node: Any) -> tuple[Location, Any]:
    """Resolve the `$ref` of a node, if it has one.

    Returns:
        The location of the referenced node, where defects are to be fixed, and the merged node.
    """
    reference = node.get("$ref") if isinstance(node, Mapping) else None
    if not isinstance(reference, str):
        return location, node
    target = tuple(part.replace("~1", "/").replace("~0", "~") for part in reference[2:].split("/"))
    return target, follow(document, node)


def walk(node: Any, location: Location = (), *, names: bool = False) -> Iterator[tuple[Location, Any]]:
    """Yield every node of a contract with its location, except data such as example values and enums.

    Args:
        node: node to start from.
        location: location of the node.
        names: the node's keys are user-defined names, such as those of properties, not keywords.
    """
    yield location, node
    if isinstance(node, Mapping):
        for key, value in node.items():
            if names or key not in _DATA:
                yield from walk(value, (*location, key), names=not names and key in _NAMED)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, (*location, index))


def references(document: Mapping[str, Any]) -> Iterator[tuple[Location, str]]:
    """Yield every `$ref` of a contract with the location of its node."""
    for location, node in walk(document):
        if isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            yield location, node["$ref"]
