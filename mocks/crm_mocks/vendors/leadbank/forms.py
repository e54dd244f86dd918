"""Forms as ASP.NET Web API 2 reads them (position `leadbank-form-bodies`)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any, Final

_STEP: Final = re.compile(r"\[([^\]]*)\]|\.?([^.\[]+)")
"""A step of a path: `[0]` or `[LeadEvents]` as jQuery writes it, `.LeadEvents` as MVC does."""

_MAX_STEPS: Final = 16
"""Steps of the longest path that is read, far more than any member has."""


def array_of(form: Mapping[str, str]) -> list[Any]:
    """Return the array that a form stands for.

    Entries count from 0 up to the first one that is missing; a blank value is null; other names are ignored, and so is
    one with an open bracket, which the framework refuses (position `leadbank-form-bodies`).

        >>> array_of({"[0][ID]": "7", "[0][Events][0].Reason": "", "[2][ID]": "9", "page": "1"})
        [{'ID': '7', 'Events': [{'Reason': None}]}]
    """
    tree: dict[str, Any] = {}
    for name, value in form.items():
        _put(tree, _steps(name), value if value.strip() else None)
    return _entries(tree)


def form_of(value: Any, name: str = "") -> dict[str, str]:
    """Return the form that stands for an array; the reverse of `array_of`.

    >>> form_of([{"ID": 7, "Events": [{"Reason": None}]}])
    {'[0][ID]': '7', '[0][Events][0][Reason]': ''}
    """
    if isinstance(value, Mapping | list):
        steps = value.items() if isinstance(value, Mapping) else enumerate(value)
        return {key: text for step, inner in steps for key, text in form_of(inner, f"{name}[{step}]").items()}
    return {name: "" if value is None else str(value)}


def _steps(name: str) -> tuple[str, ...]:
    """Return the steps of a path into an array, none if the name is no such path."""
    if not name.startswith("[") or name.rfind("[") > name.rfind("]"):
        return ()
    matches = tuple(itertools.islice(_STEP.finditer(name), _MAX_STEPS + 1))
    if len(matches) > _MAX_STEPS:
        return ()
    return tuple(match[1] if match[1] is not None else match[2] for match in matches)


def _put(tree: dict[str, Any], path: tuple[str, ...], value: str | None) -> None:
    """Add a value to a tree. A value at a place that has members is ignored, as are members of a value."""
    if not path:
        return
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
        if not isinstance(tree, dict):
            return
    tree.setdefault(path[-1], value)


def _entries(tree: Mapping[str, Any]) -> list[Any]:
    entries: list[Any] = []
    while str(len(entries)) in tree:
        entries.append(_value(tree[str(len(entries))]))
    return entries


def _value(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if "0" in node:
        return _entries(node)
    return {name: _value(inner) for name, inner in node.items()}
