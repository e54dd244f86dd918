"""Changes of records: JSON Merge Patch (RFC 7396) and JSON Patch (RFC 6902)."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.parsing.json_members import is_serializable

JSON_PATCH: Final = "application/json-patch+json"
_MAX_COPIED: Final = 10_000
"""Maximum number of values that the `copy` operations of a patch may copy: each could double the record."""

_NO_POINTER: Final = re.compile(r"\A[^/]|~(?![01])")
"""What no JSON Pointer has (RFC 6901)."""

_NEEDS: Final = {"add": "value", "replace": "value", "test": "value", "move": "from", "copy": "from"}
"""What an operation needs besides its path, by its name."""


class PatchFailure(Exception):
    """A JSON Patch does not fit the record. The message is one sentence without full stop."""


def merge(record: Any, change: Any, *, null_removes: bool = True) -> Any:
    """Return a record after a merge patch, which shares its values.

    Example:
        >>> merge({"name": "Ada", "city": "London"}, {"city": None})
        {'name': 'Ada'}

    Args:
        record: the record.
        change: members to change.
        null_removes: `null` removes a member, as in RFC 7396; otherwise the member becomes null.
    """
    if not isinstance(change, Mapping) or not isinstance(record, Mapping):
        return change
    result = dict(record)
    for name, value in change.items():
        if value is None and null_removes:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            result[name] = merge(result.get(name), value, null_removes=null_removes)
        else:
            result[name] = value
    return result


def patch(record: Any, operations: Any) -> Any:
    """Return a record after a JSON Patch.

    Args:
        record: the record, which stays as it is.
        operations: the decoded body.

    Raises:
        PatchFailure: the body is no JSON Patch, or a path or test does not fit the record.
    """
    if not isinstance(operations, Sequence) or isinstance(operations, str):
        raise PatchFailure("a JSON Patch is an array of operations")
    holder = {"": copy.deepcopy(record)}
    copied = 0
    for number, operation in enumerate(operations):
        _check(operation, number)
        if operation.get("op") == "copy":
            copied += _count(_value(holder, operation["from"]))
            if copied > _MAX_COPIED:
                raise PatchFailure(f"it copies more than {_MAX_COPIED} values")
        _apply(holder, operation)
    if not is_serializable(holder[""]):
        raise PatchFailure("the record would be nested too deeply")
    return holder[""]


def _check(operation: Any, number: int) -> None:
    """Reject an operation that is malformed, or that would leave no record (RFC 6902, 4)."""
    if not isinstance(operation, Mapping) or not isinstance(operation.get("path"), str):
        raise PatchFailure(f"operation {number} has no path")
    name = operation.get("op")
    needed = _NEEDS.get(name) if isinstance(name, str) else None
    if needed is not None and needed not in operation:
        raise PatchFailure(f"operation {number} has no {needed}")
    pointers = [operation["path"], operation["from"]] if needed == "from" else [operation["path"]]
    if not all(isinstance(each, str) and not _NO_POINTER.search(each) for each in pointers):
        raise PatchFailure(f"operation {number} has a path that is no JSON Pointer")
    if (name == "remove" and not operation["path"]) or (name == "move" and not operation["from"]):
        raise PatchFailure("the whole record cannot be removed")


def _count(value: Any) -> int:
    """Return the number of values in a value, itself included."""
    count, remaining = 0, [value]
    while remaining:
        inner = remaining.pop()
        count += 1
        remaining += inner.values() if isinstance(inner, Mapping) else inner if isinstance(inner, list) else ()
    return count


def _apply(holder: dict[str, Any], operation: Mapping[str, Any]) -> None:
    path = operation["path"]
    match operation.get("op"):
        case "add":
            _put(holder, path, operation.get("value"))
        case "replace":
            if path:
                _remove(holder, path)
            _put(holder, path, operation.get("value"))
        case "remove":
            _remove(holder, path)
        case "move":
            value = _remove(holder, operation["from"])
            _put(holder, path, value)
        case "copy":
            _put(holder, path, copy.deepcopy(_value(holder, operation["from"])))
        case "test":
            if _value(holder, path) != operation.get("value"):
                raise PatchFailure(f"the test of {path} fails")
        case other:
            raise PatchFailure(f"there is no operation '{other}'")


def _steps(path: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")]


def _value(holder: Any, path: str) -> Any:
    for step in _steps(path):
        holder = _member(holder, step, path)
    return holder


def _member(node: Any, step: str, path: str) -> Any:
    try:
        return node[_index(node, step)]
    except (KeyError, IndexError, ValueError, TypeError):
        raise PatchFailure(f"the record has no {path}") from None


def _index(node: Any, step: str) -> Any:
    if not isinstance(node, list):
        return step
    index = parse_digits(step)
    if index is None or step != str(index) or index > len(node):
        raise ValueError(step)
    return index


def _put(holder: Any, path: str, value: Any) -> None:
    *before, last = _steps(path)
    for step in before:
        holder = _member(holder, step, path)
    try:
        if isinstance(holder, list):
            holder.insert(len(holder) if last == "-" else _index(holder, last), value)
        else:
            holder[last] = value
    except (ValueError, TypeError):
        raise PatchFailure(f"the record has no {path}") from None


def _remove(holder: Any, path: str) -> Any:
    *before, last = _steps(path)
    for step in before:
        holder = _member(holder, step, path)
    value = _member(holder, last, path)
    del holder[_index(holder, last)]
    return value
