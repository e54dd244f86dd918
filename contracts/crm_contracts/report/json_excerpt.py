"""JSON bodies, pretty-printed, with the lines of one member marked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from crm_contracts.report.document import CodeBlock
from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.location import Location

_CONTEXT: Final = 8
"""Number of lines shown before and after the marked ones."""
_MAX_LINES: Final = 40
_MAX_VALUE: Final = 300
_INDENT: Final = "  "
_ELLIPSIS: Final = "…"


def json_excerpt(body: str, location: Sequence[str | int], caption: str = "") -> CodeBlock | None:
    """Return a JSON body with the member at a location marked, or `None` if it is not JSON.

    Args:
        body: JSON text.
        location: names and indexes from the root; `*` stands for the first entry of an array that leads further. Of a
            member that is not there, the object that should hold it is marked.
        caption: title of the block.

    Example:
        >>> block = json_excerpt('{"id": 1, "name": 2}', ("name",))
        >>> block.text.splitlines()[block.marked[0]]
        '  "name": 2'
    """
    try:
        value = json.loads(body)
    except ValueError:
        return None
    if not isinstance(value, dict | list):
        return None
    path = _existing(value, location)
    lines = list(_lines(value, (), path, "", ""))
    marked = [number for number, (_, is_marked) in enumerate(lines) if is_marked]
    if len(path) < len(location) or not path:  # an absent member: only the brace of the object that lacks it
        marked = marked[:1]
    start = max(marked[0] - _CONTEXT, 0) if marked else 0
    stop = min((marked[-1] if marked else 0) + _CONTEXT + 1, start + _MAX_LINES, len(lines))
    shown = [line for line, _ in lines[start:stop]]
    if start:
        shown = [_ELLIPSIS, *shown]
    shown += [_ELLIPSIS] if stop < len(lines) else []
    offset = 1 if start else 0
    numbers = tuple(number - start + offset for number in marked if number < stop)
    return CodeBlock("\n".join(shown), caption, "json", folded=False, marked=numbers)


def _existing(value: Any, location: Sequence[str | int]) -> Location:
    """Return the longest part of a location that exists."""
    path: list[str | int] = []
    for number, part in enumerate(location):
        if isinstance(value, list):
            index = _index(value, part, location[number + 1 :])
            if index >= len(value):
                break
            path.append(index)
            value = value[index]
        elif isinstance(value, dict) and str(part) in value:
            path.append(str(part))
            value = value[str(part)]
        else:
            break
    return tuple(path)


def _index(entries: list[Any], part: str | int, rest: Sequence[str | int]) -> int:
    """Return the index that a part of a location stands for; out of range if there is none."""
    if part == "*":
        return next((index for index, entry in enumerate(entries) if _leads(entry, rest)), 0)
    index = parse_digits(str(part))
    return len(entries) if index is None else index


def _leads(value: Any, location: Sequence[str | int]) -> bool:
    return len(_existing(value, location)) == len(location)


def _lines(value: Any, here: Location, path: Location, label: str, end: str) -> Iterator[tuple[str, bool]]:
    """Yield the lines of a value, and whether each is marked."""
    indent = _INDENT * len(here)
    is_marked = here[: len(path)] == path
    if not isinstance(value, dict | list) or not value:
        text = json.dumps(value, ensure_ascii=False)
        text = text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}{_ELLIPSIS}"
        yield f"{indent}{label}{text}{end}", is_marked
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield f"{indent}{label}{opening}", is_marked
    entries: list[tuple[str | int, Any]] = list(value.items() if isinstance(value, dict) else enumerate(value))
    for number, (key, inner) in enumerate(entries, 1):
        name = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(key, str) else ""
        yield from _lines(inner, (*here, key), path, name, "," if number < len(entries) else "")
    yield f"{indent}{closing}{end}", is_marked
