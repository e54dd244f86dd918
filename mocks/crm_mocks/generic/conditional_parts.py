"""Parts of values that the keywords of OpenAPI 3.1 ask for: entries of certain kinds, members beside others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def kinds_of_entries(carried: Mapping[str, Any], items: Any, most: int) -> list[Any]:
    """Return the schemas of the entries that an array must begin with, by `prefixItems` and `contains`.

    Args:
        carried: keywords of OpenAPI 3.1 of the array.
        items: schema of the other entries.
        most: number of entries by `contains` from which on it does not matter how many there are.
    """
    kinds = list(carried.get("prefixItems") or ())
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
