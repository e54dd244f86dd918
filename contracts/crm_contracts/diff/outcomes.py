"""Comparing outcomes: the named examples of a response."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_contracts.diff import nodes
from crm_contracts.diff.model import Place
from crm_contracts.diff.operations import ComparedOperation
from crm_contracts.diff.trail import Trail
from crm_contracts.diff.variance import Effect

ComparedResponse = tuple[ComparedOperation, Mapping[str, Any]]
"""An operation, and one of its response objects."""


def compare_outcomes(old: ComparedResponse, new: ComparedResponse, place: Place, trail: Trail) -> None:
    """Note outcomes that were added, removed or changed.

    They fit the body's schema, so they break nothing by themselves; one that was added is a notice.
    """
    was, now = _outcomes(*old), _outcomes(*new)
    for name in dict.fromkeys((*now, *was)):
        if name not in was:
            trail.add(trail.response, place, "outcome-added", Effect.NOTICE, None, name)
        elif name not in now:
            trail.add(trail.response, place, "outcome-removed", Effect.NOTICE, name, None)
        elif was[name] != now[name]:
            trail.add(trail.response, place, "outcome-changed", Effect.NONE, name, name)


def _outcomes(operation: ComparedOperation, response: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of the named examples, as texts, by name."""
    found: dict[str, str] = {}
    for media in nodes.mapping(response, "content").values():
        for name, node in nodes.mapping(nodes.as_mapping(media, "content"), "examples").items():
            example = operation.follow(node, name)
            found[name] = found.get(name, "") + nodes.canonical(example.get("value"))
    return found
