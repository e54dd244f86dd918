"""Schemas that several bodies share become components."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import orjson

from crm_contracts.learn.names import one_of, pascal, unique

_MIN_MEMBERS: Final = 2
_MIN_USES: Final = 2


def with_components(paths: dict[str, Any]) -> dict[str, Any]:
    """Replace equal schemas of objects in bodies by references; return the components.

    Args:
        paths: path items, which are changed.
    """
    uses: dict[bytes, list[tuple[dict[str, Any], str, str]]] = {}
    for name, holder, key in _objects(paths):
        uses.setdefault(orjson.dumps(holder[key]), []).append((holder, key, name))
    schemas: dict[str, Any] = {}
    taken: set[str] = set()
    for places in uses.values():
        if len(places) >= _MIN_USES:
            first, first_key, _ = places[0]
            name = unique(min((name for _, _, name in places), key=len), taken)
            schemas[name] = first[first_key]
            for holder, key, _ in places:
                holder[key] = {"$ref": f"#/components/schemas/{name}"}
    return {"schemas": dict(sorted(schemas.items()))} if schemas else {}


def _objects(paths: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the schemas of objects in bodies: a name, and where each is, innermost first."""
    for path, item in paths.items():
        static = [each for each in path.split("/") if each and not each.startswith("{")]
        noun = pascal(one_of(static[-1])) if static else "Root"
        for operation in item.values():
            content = operation.get("requestBody", {}).get("content", {})
            yield from _of_content(content, f"{noun}Request")
            for status, response in operation["responses"].items():
                yield from _of_content(response.get("content", {}), noun if status < "4" else "Error")


def _of_content(content: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    for media in content.values():
        schema = media["schema"]
        for member, inner in schema.get("properties", {}).items():
            if inner.get("type") == "array":
                yield from _if_object(inner, "items", name)
            else:
                yield from _if_object(schema["properties"], member, pascal(one_of(member)) or name)
        if schema.get("type") == "array":
            yield from _if_object(schema, "items", name)
        yield from _if_object(media, "schema", f"{name}List" if _has_list(schema) else name)


def _has_list(schema: dict[str, Any]) -> bool:
    return any(each.get("type") == "array" and "items" in each for each in schema.get("properties", {}).values())


def _if_object(holder: dict[str, Any], key: str, name: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    schema = holder[key]
    if schema.get("type") == "object" and len(schema.get("properties", {})) >= _MIN_MEMBERS:
        yield name, holder, key
