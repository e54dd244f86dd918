"""Comparing the requests of two operations: parameters, media types and body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_contracts.diff import nodes
from crm_contracts.diff.media import compare_media
from crm_contracts.diff.operations import ComparedOperation
from crm_contracts.diff.schemas.combine import conjunction
from crm_contracts.diff.schemas.comparer import Comparer
from crm_contracts.diff.schemas.objects import members
from crm_contracts.diff.schemas.reader import SchemaReader
from crm_contracts.diff.schemas.slots import Schema, Slot
from crm_contracts.diff.trail import Trail
from crm_contracts.diff.variance import BOTH, Effect

_PLACES: Final = ("path", "query", "header", "cookie")
_STYLES: Final = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
_OF_HTTP: Final = frozenset(("accept", "content-type", "authorization"))
"""Headers that OpenAPI describes elsewhere; parameters with these names are ignored."""
_MISSING: Final = "x-missing-content-type"


def compare_requests(old: ComparedOperation, new: ComparedOperation, comparer: Comparer, trail: Trail) -> None:
    """Note the changes of an operation's requests."""
    for place in _PLACES:
        was, now = _by_name(old, place), _by_name(new, place)
        slots = _object(was, comparer.old), _object(now, comparer.new)
        trail.add_all(trail.request, (place,), members(*slots, comparer))
        for name in was.keys() & now.keys():
            ways = _serialisation(was[name], place), _serialisation(now[name], place)
            if ways[0] != ways[1]:
                trail.add(trail.request, (place, name), "serialisation", BOTH, *ways)
    _bodies(old, new, comparer, trail)


def _by_name(operation: ComparedOperation, place: str) -> dict[str, Mapping[str, Any]]:
    """Return the parameters of a place by name; those of the path by their position in it."""
    found = {nodes.text(each, "name"): each for each in operation.parameters if each.get("in") == place}
    if place == "header":
        lower = {name.lower(): each for name, each in found.items()}
        return {name: each for name, each in lower.items() if name not in _OF_HTTP}
    if place == "path":
        return {str(number): found[name] for number, name in enumerate(operation.variables, 1) if name in found}
    return found


def _object(parameters: Mapping[str, Mapping[str, Any]], reader: SchemaReader) -> Slot:
    """Return parameters as the members of an object that may have others."""
    return Slot(
        "object",
        members={name: _schema(each, reader) for name, each in parameters.items()},
        required=frozenset(name for name, each in parameters.items() if each.get("required") is True),
    )


def _schema(parameter: Mapping[str, Any], reader: SchemaReader) -> Schema:
    content = list(nodes.mapping(parameter, "content").values())
    holder = nodes.as_mapping(content[0], "content") if content else parameter
    schema = reader.schema(holder.get("schema", {}))
    deprecated = parameter.get("deprecated") is True
    return conjunction(schema, reader.made(parameter, {"deprecated": True})) if deprecated else schema


def _serialisation(parameter: Mapping[str, Any], place: str) -> str:
    """Return how a value is serialized, with OpenAPI's defaults."""
    content = list(nodes.mapping(parameter, "content"))
    if content:
        return content[0]
    style = nodes.text(parameter, "style") or _STYLES[place]
    explode = parameter.get("explode", style == "form")
    return style + (", exploded" if explode is True else "")


def _bodies(old: ComparedOperation, new: ComparedOperation, comparer: Comparer, trail: Trail) -> None:
    was, now = (_body(each) for each in (old, new))
    if was is None or now is None:
        if now is not None:
            needed = now.get("required") is True
            effect = Effect.WIDENED | (Effect.NARROWED if needed else Effect.NONE)
            trail.add(trail.request, ("body",), "body-added", effect, None, {"required": needed})
        if was is not None:
            needed = was.get("required") is True
            effect = BOTH if needed or trail.by_provider else Effect.NARROWED
            trail.add(trail.request, ("body",), "body-removed", effect, {"required": needed}, None)
        return
    before, after = was.get("required") is True, now.get("required") is True
    if before != after:
        trail.add(trail.request, ("body",), "required", Effect.NARROWED if after else Effect.WIDENED, before, after)
    untyped = was.get(_MISSING), now.get(_MISSING)
    if untyped[0] != untyped[1]:
        effect = (Effect.NARROWED if untyped[0] else Effect.NONE) | (Effect.WIDENED if untyped[1] else Effect.NONE)
        trail.add(trail.request, ("body",), "missing-content-type", effect, *untyped)
    compare_media(was, now, ("body",), comparer, trail)


def _body(operation: ComparedOperation) -> Mapping[str, Any] | None:
    node = operation.node.get("requestBody")
    return None if node is None else operation.follow(node, "requestBody")
