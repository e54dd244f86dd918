"""The part of a document that cases are made of: some operations, the components they reach, no network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from crm_mocks.supplied.outer_references import without_network

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_COMPONENTS: Final = "#/components/"


def case_document(document: Mapping[str, Any], operations: int) -> dict[str, Any]:
    """Return a document with evenly spaced operations and the components they reach.

    Schemas that lead to the network become schemas of any value; other parts that lead there are left out.

    Args:
        document: as the mock serves it.
        operations: the most that it keeps. Path items that other parts refer to are kept on top of them.
    """
    local: dict[str, Any] = without_network(document)
    paths = local.get("paths") or {}
    found = [(path, method) for path, item in paths.items() for method in _METHODS if method in item]
    step = max(1.0, len(found) / operations)
    chosen = {found[int(index * step)] for index in range(int(len(found) / step))}
    local["paths"] = {
        path: {name: part for name, part in item.items() if name not in _METHODS or (path, name) in chosen}
        for path, item in paths.items()
        if any((path, method) in chosen for method in _METHODS)
    }
    local.pop("webhooks", None)
    _add_reached(local, paths)
    return local


def _add_reached(local: dict[str, Any], paths: Mapping[str, Any]) -> None:
    """Keep the components and path items that the chosen paths reach, and the security schemes."""
    components = local.get("components") or {}
    kept: dict[str, dict[str, Any]] = {"securitySchemes": dict(components.get("securitySchemes") or {})}
    waiting = [*_references(local["paths"])]
    while waiting:
        section, name = waiting.pop()
        target = paths.get(name) if section == "paths" else (components.get(section) or {}).get(name)
        place = local["paths"] if section == "paths" else kept.setdefault(section, {})
        if target is not None and name not in place:
            place[name] = target
            waiting += _references(target)
    local["components"] = kept


def _references(node: Any) -> Iterator[tuple[str, str]]:
    """Yield section and name of each component, and `paths` and path of each path item, that a part names."""
    if isinstance(node, str):
        steps = [unquote(step).replace("~1", "/").replace("~0", "~") for step in node.split("/")]
        if node.startswith(_COMPONENTS) and len(steps) > 3:  # a section and a name
            yield steps[2], steps[3]
        elif node.startswith("#/paths/"):
            yield "paths", steps[2]
    elif isinstance(node, Mapping):
        for part in node.values():
            yield from _references(part)
    elif isinstance(node, list):
        for part in node:
            yield from _references(part)
