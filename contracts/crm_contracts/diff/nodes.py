"""Reading the members of an OpenAPI document: a member of another type than expected is an error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from crm_contracts.diff.errors import DocumentError

_ENCODER: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def mapping(node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return an object that is a member of the node; an empty one where it is missing.

    Raises:
        DocumentError: it is something else.
    """
    return as_mapping(node.get(key, {}), key)


def as_mapping(node: Any, what: str) -> Mapping[str, Any]:
    """Return the node.

    Raises:
        DocumentError: it is no object; `what` names it.
    """
    if not isinstance(node, Mapping):
        raise DocumentError(f"'{what}' must be an object, not {_shown(node)}")
    return node


def listing(node: Mapping[str, Any], key: str) -> list[Any]:
    """Return an array that is a member of the node; an empty one where it is missing.

    Raises:
        DocumentError: it is something else.
    """
    found = node.get(key, [])
    if not isinstance(found, list):
        raise DocumentError(f"'{key}' must be an array, not {_shown(found)}")
    return found


def names(node: Mapping[str, Any], key: str) -> list[str]:
    """Return an array of texts that is a member of the node; an empty one where it is missing.

    Raises:
        DocumentError: it is something else.
    """
    found = listing(node, key)
    for each in found:
        if not isinstance(each, str):
            raise DocumentError(f"'{key}' must be an array of texts, but has {_shown(each)}")
    return found


def text(node: Mapping[str, Any], key: str) -> str:
    """Return a text that is a member of the node; an empty one where it is missing.

    Raises:
        DocumentError: it is something else.
    """
    found = node.get(key, "")
    if not isinstance(found, str):
        raise DocumentError(f"'{key}' must be a text, not {_shown(found)}")
    return found


def number(node: Mapping[str, Any], key: str) -> int | float | None:
    """Return a number that is a member of the node, or `None` where it is missing.

    Raises:
        DocumentError: it is something else.
    """
    found = node.get(key)
    if found is None and key not in node:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise DocumentError(f"'{key}' must be a number, not {_shown(found)}")
    return int(found) if isinstance(found, float) and found.is_integer() else found


def follow(document: Mapping[str, Any], node: Any) -> Any:
    """Return the target of a `$ref`, overlaid with the members beside `$ref`; return other nodes as they are.

    Raises:
        DocumentError: the reference is not a string, leaves the document, leads nowhere or back to itself.
    """
    seen: set[str] = set()
    while isinstance(node, dict) and "$ref" in node:
        reference = node["$ref"]
        if not isinstance(reference, str):
            raise DocumentError("a reference must be a text")
        if reference in seen:
            raise DocumentError(f"the reference {reference} leads back to itself")
        seen.add(reference)
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        target = _target(document, reference)
        node = {**target, **siblings} if siblings and isinstance(target, dict) else target
    return node


def _target(document: Mapping[str, Any], reference: str) -> Any:
    if not reference.startswith("#/"):
        raise DocumentError(f"the reference {reference} leaves the file")
    node: Any = document
    for part in reference[2:].split("/"):
        try:
            node = node[part.replace("~1", "/").replace("~0", "~")]
        except (KeyError, TypeError):
            raise DocumentError(f"the reference {reference} leads nowhere") from None
    return node


def canonical(value: Any) -> str:
    """Return a JSON value as text, the same for all equal values."""
    return _ENCODER.encode(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _shown(node: Any) -> str:
    shown = json.dumps(node, ensure_ascii=False, default=str)
    return shown if len(shown) <= 40 else f"{shown[:40]}…"
