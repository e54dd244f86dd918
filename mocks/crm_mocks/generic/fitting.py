"""Make bodies fit the contract: members that break it give way to those of a body that keeps it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Final

from crm_mocks.contract.schema_validator import SchemaValidator

_ROUNDS: Final = 8
_MISSING: Final = object()


def fitted(body: Any, sound: Any, validator: SchemaValidator | None) -> Any:
    """Return a body that is valid: the given one, with members from a sound one or without them where it is not.

    Args:
        body: the body.
        sound: a valid body of the same form, used as a whole if nothing else helps.
        validator: of the schema; `None` if there is none.
    """
    if validator is None or validator.is_valid(body):
        return body
    body = copy.deepcopy(body)
    for _ in range(_ROUNDS):
        errors = list(validator.iter_errors(body))
        if not errors:
            return body
        for error in errors:
            body = _mended(body, sound, error)
    return body if validator.is_valid(body) else sound


def _mended(body: Any, sound: Any, error: Any) -> Any:
    path = list(error.instance_path)
    node = _at(body, path)
    if node is _MISSING:
        return body  # mended with another error
    model = _at(sound, [0 if isinstance(step, int) else step for step in path])
    if error.kind.name == "required" and isinstance(node, dict) and isinstance(model, Mapping):
        added = {name: copy.deepcopy(value) for name, value in model.items() if name == error.kind.property}
        if added:
            node.update(added)
            return body
    if error.kind.name in ("additionalProperties", "unevaluatedProperties") and isinstance(node, dict):
        for name in error.kind.unexpected:
            node.pop(name, None)
        return body
    if model is not _MISSING and model != node:
        return _replaced(body, path, copy.deepcopy(model))
    return _without(body, path)


def _at(node: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return node


def _replaced(body: Any, path: Sequence[str | int], value: Any) -> Any:
    if not path:
        return value
    holder = _at(body, path[:-1])
    holder[path[-1]] = value
    return body


def _without(body: Any, path: Sequence[str | int]) -> Any:
    """Remove the innermost member of an object on a path."""
    for end in range(len(path), 0, -1):
        holder = _at(body, path[: end - 1])
        if isinstance(holder, dict):
            holder.pop(path[end - 1], None)
            break
    return body
