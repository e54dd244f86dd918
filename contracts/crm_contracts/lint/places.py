"""Places in a contract, and walking through one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_mocks.contract.references import follow

Place = tuple[str | int, ...]
"""The way from the root of a contract to a node: member names and indexes."""

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


def json_path(place: Place) -> str:
    """Write a place as a JSON path, such as `$.paths['/v1/leads'].post.tags[0]`."""
    parts = ["$"]
    for part in place:
        if isinstance(part, int):
            parts.append(f"[{part}]")
        else:
            parts.append(f".{part}" if _PLAIN.fullmatch(part) else f"['{part}']")
    return "".join(parts)


def resolve(document: Mapping[str, Any], place: Place, node: Any) -> tuple[Place, Any]:
    """Follow a node's `$ref`.

    Returns:
        The place of what it refers to, which is where a defect is mended, and the merged node.
    """
    reference = node.get("$ref") if isinstance(node, Mapping) else None
    if not isinstance(reference, str):
        return place, node
    target = tuple(part.replace("~1", "/").replace("~0", "~") for part in reference[2:].split("/"))
    return target, follow(document, node)


def walk(node: Any, place: Place = (), *, names: bool = False) -> Iterator[tuple[Place, Any]]:
    """Yield every node of a contract with its place, except what is data rather than contract: example values, enums.

    Args:
        node: where to start.
        place: its place.
        names: the node's keys are names that somebody gave, so that none of them means data.
    """
    yield place, node
    if isinstance(node, Mapping):
        for key, value in node.items():
            if names or key not in _DATA:
                named = not names and key in _NAMED
                yield from walk(value, (*place, key), names=named)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from walk(value, (*place, number))


def references(document: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Yield every `$ref` of a contract with the place of the node that has it."""
    for place, node in walk(document):
        if isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            yield place, node["$ref"]
