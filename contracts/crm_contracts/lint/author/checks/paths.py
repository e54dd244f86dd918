"""Rules on paths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from crm_contracts.lint.author.contract import AuthorContract, OperationPart
from crm_contracts.lint.author.schemas import types_of
from crm_contracts.lint.registry import Problems, warning
from crm_mocks.parsing.wildcards import variable_parts

_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
_NOT_OF_NAMES: Final = frozenset({"integer", "number", "boolean"})


@warning(
    "path-unambiguous",
    why="The mock answers with the path whose fixed part comes first; the provider may choose the other one.",
    fix="Give the parameter a type, format, pattern or enum that the fixed part breaks, or change a path.",
)
def path_unambiguous(contract: AuthorContract) -> Problems:
    """Find pairs of paths that match the same requests, none of which is the more specific one."""
    groups: dict[tuple[str, int], list[OperationPart]] = {}
    for operation in contract.operations:
        if operation.name:
            groups.setdefault((operation.method, operation.path.count("/")), []).append(operation)
    for group in groups.values():
        hidden: dict[str, list[str]] = {}
        by_path = {operation.path: operation for operation in group}
        for first, second in _meeting(group):
            chosen, other = _in_order(first, second)
            if _are_ambiguous(contract, chosen, other):
                hidden.setdefault(chosen.path, []).append(other.path)
        for path, others in hidden.items():
            more = f" and {len(others) - 1} more" if len(others) > 1 else ""
            chosen = by_path[path]
            yield chosen.location, f"{chosen.method.upper()} {path} also matches requests of {others[0]}{more}"


def _meeting(group: list[OperationPart]) -> Iterator[tuple[OperationPart, OperationPart]]:
    """Yield pairs of paths that differ in no fixed segment, at least one of which has a parameter."""
    tree: dict[str, Any] = {}
    for number, operation in enumerate(group):
        node = tree
        for segment in operation.path.split("/"):
            node = node.setdefault(segment, {})
        node.setdefault("", []).append(number)
    for number, operation in enumerate(group):
        if "{" in operation.path:
            others = sorted(_matching(tree, operation.path.split("/")))
            yield from (
                (group[min(number, other)], group[max(number, other)])
                for other in others
                if other > number or (other < number and "{" not in group[other].path)
            )


def _matching(tree: dict[str, Any], segments: list[str]) -> Iterator[int]:
    """Yield the numbers of the paths in a tree that differ from a path in no segment that is fixed in both."""
    nodes = [tree]
    for segment in segments:
        if "{" in segment:
            nodes = [child for node in nodes for child in node.values()]
        else:
            nodes = [child for node in nodes for name, child in node.items() if name == segment or "{" in name]
    for node in nodes:
        yield from node[""]


def _in_order(first: OperationPart, second: OperationPart) -> tuple[OperationPart, OperationPart]:
    """Return two operations, the one that the mock chooses first."""
    pairs = zip(first.path.split("/"), second.path.split("/"), strict=True)
    is_first = next(("{" not in one for one, other in pairs if ("{" in one) != ("{" in other)), True)
    return (first, second) if is_first else (second, first)


def _are_ambiguous(contract: AuthorContract, first: OperationPart, second: OperationPart) -> bool:
    fixed_in_first = fixed_in_second = False
    for one, other in zip(first.path.split("/"), second.path.split("/"), strict=True):
        if "{" not in one and "{" not in other:
            if one != other:
                return False
        elif "{" in one and "{" in other:
            if _VARIABLE.sub("{}", one) != _VARIABLE.sub("{}", other):
                return False  # templates with text around the parameter rarely meet
        elif "{" in other:
            fixed_in_first = True
            if not _admits(contract, second, other, one):
                return False
        else:
            fixed_in_second = True
            if not _admits(contract, first, one, other):
                return False
    return fixed_in_first and fixed_in_second


def _admits(contract: AuthorContract, operation: OperationPart, template: str, text: str) -> bool:
    """Return whether a segment with a parameter matches a fixed text."""
    name = _VARIABLE.fullmatch(template)
    if name is None:
        return variable_parts(_VARIABLE.split(template)[::2], text, 1) is not None
    schema = next((schema for each, schema in _path_parameters(contract, operation) if each == name[1]), {})
    if types_of(schema) and _NOT_OF_NAMES.issuperset(types_of(schema)):
        return False
    if isinstance(schema.get("enum"), list):
        return text in schema["enum"]
    return not {"format", "pattern"} & schema.keys()


def _path_parameters(contract: AuthorContract, operation: OperationPart) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for holder, location in ((operation.node, operation.location), (operation.item, operation.item_location)):
        for index, written in enumerate(contract.source.entries(holder, "parameters")):
            node, place = contract.resolved(written, (*location, "parameters", str(index)))
            if node.get("in") == "path":
                yield str(node.get("name")), contract.resolved(node.get("schema"), (*place, "schema"))[0]
