"""Comparing bodies by their media types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_contracts.diff import nodes
from crm_contracts.diff.model import Place
from crm_contracts.diff.schemas.comparer import Comparer
from crm_contracts.diff.trail import Trail
from crm_contracts.diff.variance import BOTH, Direction, Effect


def compare_media(
    old: Mapping[str, Any], new: Mapping[str, Any], place: Place, comparer: Comparer, trail: Trail
) -> None:
    """Note the changes of a body.

    Args:
        old: request body or response object of the old contract.
        new: that of the new one.
        place: of the body.
        comparer: of schemas.
        trail: where changes are noted.
    """
    was, now = _content(old), _content(new)
    several = len(was) > 1 or len(now) > 1
    for name in dict.fromkeys((*now, *was)):
        before, after = _for(name, was), _for(name, now)
        if before is None or after is None:
            _one_sided(name, place, before is None, comparer.direction, trail)
            continue
        found = comparer.schemas(
            comparer.old.schema(before.get("schema", {})), comparer.new.schema(after.get("schema", {}))
        )
        trail.add_all(comparer.direction, (*place, f"({name})") if several else place, found)
        if nodes.canonical(before.get("encoding")) != nodes.canonical(after.get("encoding")):
            trail.add(comparer.direction, place, "serialisation", BOTH, name, name)


def _one_sided(name: str, place: Place, came: bool, direction: Direction, trail: Trail) -> None:  # noqa: FBT001  # or gone
    """Note a media type that was added or removed.

    Removing one from a response breaks both sides: providers may still send it, and clients have asked for it.
    """
    if came:
        trail.add(direction, place, "media-type-added", Effect.WIDENED, None, name)
    else:
        effect = BOTH if direction is Direction.RESPONSE else Effect.NARROWED
        trail.add(direction, place, "media-type-removed", effect, name, None)


def _content(node: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the media type objects by name, lower-case and without parameters."""
    return {
        name.partition(";")[0].strip().lower(): nodes.as_mapping(each, name)
        for name, each in nodes.mapping(node, "content").items()
    }


def _for(name: str, content: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the object that applies to a media type: its own, that of its kind (`text/*`), or that of all."""
    kind = name.partition("/")[0]
    return next((content[each] for each in (name, f"{kind}/*", "*/*") if each in content), None)
