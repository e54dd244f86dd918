"""Parts of values that conditions ask for: entries of certain kinds, members beside others or with certain names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import Any

import jsonschema_rs


def kinds_of_entries(carried: Mapping[str, Any], items: Any, most: int) -> list[Any]:
    """Return the schemas of the entries that an array must begin with, by `prefixItems` and `contains`.

    Args:
        carried: keywords of OpenAPI 3.1 of the array.
        items: schema of the other entries.
        most: number of entries by `contains` from which on it does not matter how many there are.
    """
    kinds = list(takewhile(lambda each: each != {"not": {}}, carried.get("prefixItems") or ()))
    wanted = carried.get("contains")
    if wanted is None:
        return kinds
    kind = {"allOf": [wanted, items]} if items else wanted
    return kinds + [kind] * min(max(carried.get("minContains", 1), 0), most)


def depended_on(flat: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Return the members that an object must have because it has others (`dependentRequired`).

    Args:
        flat: schema of the object.
        names: members that it has.
    """
    dependencies = flat.get("dependencies") or {}
    found: dict[str, None] = {}
    pending = list(names)
    while pending:
        others = dependencies.get(pending.pop())
        for other in others if isinstance(others, list) else ():
            if other not in found:
                found[other] = None
                pending.append(other)
    return list(found)


def dependent_schemas(flat: Mapping[str, Any], names: Iterable[str]) -> list[Any]:
    """Return the schemas that an object must match because it has members (`dependentSchemas`).

    Args:
        flat: schema of the object.
        names: members that it has.
    """
    dependencies = flat.get("dependencies") or {}
    return [dependencies[name] for name in names if isinstance(dependencies.get(name), Mapping)]


def member_schema(flat: Mapping[str, Any], name: str, others: Any) -> Any:
    """Return the schema of a member: its own, and those of the patterns that its name matches.

    Args:
        flat: schema of the object.
        name: of the member.
        others: schema of members that nothing else describes.
    """
    found = [flat["properties"][name]] if name in (flat.get("properties") or {}) else []
    patterns: Mapping[str, Any] = flat.get("patternProperties") or {}
    found += [inner for pattern, inner in patterns.items() if jsonschema_rs.is_valid({"pattern": pattern}, name)]
    return {"allOf": found} if len(found) > 1 else found[0] if found else others
