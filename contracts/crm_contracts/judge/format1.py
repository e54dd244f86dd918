"""Read JSON verdicts of format 1, written by earlier versions of `crm-mocks run`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from crm_contracts.judge.codec import Malformed

FORMAT: Final = "crm-mocks verdict 1"

_RENAMED: Final = {"paid": "resolved", "broken": "findings", "mistaken": "faulty_requests"}


def upgrade(value: dict[str, Any]) -> dict[str, Any]:
    """Convert a verdict from format 1 to format 2, before decoding.

    Raises:
        Malformed: a value is not a list or object as required.
    """
    missing = [name for name in ("exchanges", "operations") if name not in value]
    if missing:
        raise Malformed(f"verdict.{missing[0]} is missing")
    new = {_RENAMED.get(name, name): inner for name, inner in value.items() if name != "format"}
    upgrades: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "operations": _operation,
        "findings": _finding,
        "refused": _with_first,
        "notices": _with_first,
        "unused": _unused,
        "faulty_requests": lambda item: {**item, "responses": item.get("answers", [])},
    }
    for name, convert in upgrades.items():
        if name in new:
            new[name] = [convert(_object(item, name)) for item in _list(new[name], f"verdict.{_old(name)}")]
    return new


def _old(name: str) -> str:
    return next((old for old, new in _RENAMED.items() if new == name), name)


def _operation(old: dict[str, Any]) -> dict[str, Any]:
    outcomes = [_object(outcome, "an outcome") for outcome in _list(old.get("outcomes", []), "outcomes")]
    counts = [*(outcome.get("counts", {}) for outcome in outcomes), old.get("faults", {})]
    return {**old, "count": sum(sum(_object(mapping, "counts").values()) for mapping in counts)}


def _finding(old: dict[str, Any]) -> dict[str, Any]:
    is_allowed = old.get("count") == old.get("allowed")
    standing = "known" if old.get("known") else "allowed" if is_allowed else "fails"
    first = _occurrence(old)
    return {
        **{name: inner for name, inner in old.items() if name not in ("first", "answers", "near", "known", "allowed")},
        "side": "client",
        "responses": old.get("answers", []),
        "near_misses": old.get("near", []),
        "occurrences": [first],
        "standing": standing,
    }


def _with_first(old: dict[str, Any]) -> dict[str, Any]:
    return {**old, "first": _occurrence(old)}


def _occurrence(old: dict[str, Any]) -> dict[str, Any]:
    first = _object(old.get("first", {}), "first")
    return {**first, "response": first.get("answer", "")}


def _unused(old: dict[str, Any]) -> dict[str, Any]:
    return {**old, "response": old.get("answer", "")}


def _list(value: Any, location: str) -> list[Any]:
    if not isinstance(value, list):
        raise Malformed(f"{location} must be a list")
    return value


def _object(value: Any, location: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{location} must be an object")
    return value
