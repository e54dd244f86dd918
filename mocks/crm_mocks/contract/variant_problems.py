"""Find variants and conditions in a contract file that match nothing, before `expand` applies them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from crm_mocks.contract.line_numbers import LineNumbers
from crm_mocks.contract.published_form import CONDITIONS, REFUSED_EXAMPLES, VARIANT_PREFIX, expand
from crm_mocks.errors import ContractError
from crm_mocks.files.reading import read_bytes
from crm_mocks.location import Location

_PARTS_AND_KEYWORD: Final = frozenset({"in", "parts"})
_Problem = tuple[Location, str]
"""Location in the file, and what is wrong there."""


def expand_checked(document: Mapping[str, Any], name: str, path: Path | None = None) -> dict[str, Any]:
    """Return a contract with its variants under the keywords that they belong to.

    Args:
        document: the contract as it is published.
        name: name of the contract in messages.
        path: the contract's file, if it has one: messages then have the line.

    Raises:
        ContractError: a variant or condition matches nothing, or has another form than `published_form` describes.
    """
    for location, problem in variant_problems(document):
        place = f"line {LineNumbers(read_bytes(path)).of(location)}" if path else "/".join(map(str, location))
        raise ContractError(f"{name}, {place}: {problem}")
    expanded: dict[str, Any] = expand(document)
    return expanded


def variant_problems(node: Any, location: Location = ()) -> Iterator[_Problem]:
    """Yield each variant and condition that cannot be applied."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == REFUSED_EXAMPLES:
                yield from _variant_problems(node, key, "examples", location)
            elif key == CONDITIONS:
                yield from _condition_problems(node, location)
            elif key.startswith(VARIANT_PREFIX):
                yield from _variant_problems(node, key, key.removeprefix(VARIANT_PREFIX), location)
            if isinstance(value, Mapping | list):
                yield from variant_problems(value, (*location, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            if isinstance(value, Mapping | list):
                yield from variant_problems(value, (*location, index))


def _variant_problems(node: Mapping[str, Any], key: str, keyword: str, location: Location) -> Iterator[_Problem]:
    parts, defaults = node[key], node.get(keyword, {})
    if not isinstance(parts, Mapping) or not all(isinstance(part, Mapping) for part in parts.values()):
        yield (*location, key), f"{key} must be an object of objects"
    elif not isinstance(defaults, Mapping):
        yield (*location, key), f"{key} stands beside a '{keyword}' that is not an object"
    else:
        for name in parts:
            if name in defaults:
                problem = f"'{name}' stands under '{keyword}' too, and only one of them can be in the contract"
                yield (*location, key, name), f"{problem}: give the part in {key} another name"


def _condition_problems(node: Mapping[str, Any], location: Location) -> Iterator[_Problem]:
    conditions = node[CONDITIONS]
    if not isinstance(conditions, list):
        yield (*location, CONDITIONS), f"{CONDITIONS} must be a list of conditions"
        return
    conditioned: set[tuple[str, str | int, str]] = set()
    for index, condition in enumerate(conditions):
        for problem in _problems_of_condition(node, condition, conditioned):
            yield (*location, CONDITIONS, index), problem


def _problems_of_condition(
    node: Mapping[str, Any], condition: Any, conditioned: set[tuple[str, str | int, str]]
) -> Iterator[str]:
    if not isinstance(condition, Mapping) or not condition.keys() > _PARTS_AND_KEYWORD:
        yield "a condition needs `in` (a keyword), `parts` (names or indexes) and `x-in-force`, `x-available-from` …"
        return
    keyword, names = condition["in"], condition["parts"]
    if not isinstance(names, list) or not names or not all(isinstance(name, str | int) for name in names):
        yield "`parts` must be a list of names or indexes"
        return
    parts = _parts(node, str(keyword))
    if parts is None:
        yield f"`in` names '{keyword}', which the node does not have"
        return
    for name in names:
        if not isinstance(parts.get(name), Mapping):
            yield f"'{keyword}' has no part {name!r}"
            continue
        for mark in condition.keys() - _PARTS_AND_KEYWORD:
            if mark in parts[name] or (keyword, name, mark) in conditioned:
                yield f"the part {name!r} of '{keyword}' has {mark} already, which would be replaced"
            conditioned.add((keyword, name, mark))


def _parts(node: Mapping[str, Any], keyword: str) -> Mapping[str | int, Any] | None:
    """Return the parts of a keyword and of its variants by name or index; `None` if the node has neither."""
    holders = [node[key] for key in (keyword, f"{VARIANT_PREFIX}{keyword}") if key in node]
    if keyword == "examples" and REFUSED_EXAMPLES in node:
        holders.append(node[REFUSED_EXAMPLES])
    if not holders:
        return None
    parts: dict[str | int, Any] = {}
    for holder in holders:
        if isinstance(holder, list):
            parts.update(enumerate(holder))
        elif isinstance(holder, Mapping):
            parts.update(holder)
    return parts
