"""Comparing the responses of two operations: statuses, headers, media types, bodies and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_contracts.diff import nodes
from crm_contracts.diff.media import compare_media
from crm_contracts.diff.operations import ComparedOperation
from crm_contracts.diff.outcomes import compare_outcomes
from crm_contracts.diff.schemas.comparer import Comparer
from crm_contracts.diff.schemas.objects import members
from crm_contracts.diff.schemas.reader import SchemaReader
from crm_contracts.diff.schemas.slots import Slot
from crm_contracts.diff.trail import Trail
from crm_contracts.diff.variance import Effect

Responses = Mapping[str, Mapping[str, Any]]
_OTHER: Final = "default"


def compare_responses(old: ComparedOperation, new: ComparedOperation, comparer: Comparer, trail: Trail) -> None:
    """Note the changes of an operation's responses, except for statuses that both contracts mark as HTTP's own."""
    was, now = _responses(old), _responses(new)
    for status in dict.fromkeys((*now, *was)):
        before, after = _for(status, was), _for(status, now)
        if _is_protocol(before) and _is_protocol(after):
            continue
        if before is None:
            trail.add(trail.response, (status,), "status-added", Effect.WIDENED, None, status)
        elif after is None:
            trail.add(trail.response, (status,), "status-removed", Effect.NARROWED, status, None)
        else:
            _headers(before, after, status, comparer, trail)
            _body(before, after, status, comparer, trail)
            compare_outcomes((old, before), (new, after), (status,), trail)


def _responses(operation: ComparedOperation) -> Responses:
    return {
        status.upper() if status != _OTHER else status: operation.follow(node, status)
        for status, node in nodes.mapping(operation.node, "responses").items()
        if not status.startswith("x-")
    }


def _for(status: str, responses: Responses) -> Mapping[str, Any] | None:
    """Return the response that applies to a status: its own, that of its class, or the default."""
    for key in (status, f"{status[:1]}XX", _OTHER):
        if key in responses and (key == status or status != _OTHER):
            return responses[key]
    return None


def _is_protocol(response: Mapping[str, Any] | None) -> bool:
    """Return whether a status belongs to HTTP rather than to the CRM; a missing one counts as such."""
    return response is None or response.get("x-protocol") is True


def _body(before: Mapping[str, Any], after: Mapping[str, Any], status: str, comparer: Comparer, trail: Trail) -> None:
    place = (status, "body")
    had, has = (bool(nodes.mapping(each, "content")) for each in (before, after))
    if had and has:
        compare_media(before, after, place, comparer, trail)
    elif has:
        trail.add(trail.response, place, "body-added", Effect.WIDENED | Effect.NARROWED, None, {"required": True})
    elif had:
        trail.add(trail.response, place, "body-removed", Effect.WIDENED | Effect.NARROWED, {"required": True}, None)


def _headers(
    before: Mapping[str, Any], after: Mapping[str, Any], status: str, comparer: Comparer, trail: Trail
) -> None:
    slots = _object(before, comparer.old), _object(after, comparer.new)
    trail.add_all(trail.response, (status, "header"), members(*slots, comparer))


def _object(response: Mapping[str, Any], reader: SchemaReader) -> Slot:
    """Return the headers of a response as the members of an object that may have others."""
    headers = {
        name.lower(): reader.follow(node, name)
        for name, node in nodes.mapping(response, "headers").items()
        if name.lower() != "content-type"
    }
    return Slot(
        "object",
        members={name: reader.schema(each.get("schema", {})) for name, each in headers.items()},
        required=frozenset(name for name, each in headers.items() if each.get("required") is True),
    )
