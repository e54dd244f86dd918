"""Line numbers of the parts of a contract file, for messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import yaml

from crm_mocks.contract.published_form import REFUSED_EXAMPLES, VARIANT_PREFIX
from crm_mocks.contract.source import compose_yaml
from crm_mocks.location import Location

_MERGE: Final = "<<"
_Child = tuple[int, yaml.Node]
"""Line of a member or entry, and its value."""


class LineNumbers:
    r"""The lines of a YAML or JSON file.

    Example:
        >>> LineNumbers("info:\n  title: Toy CRM\n").of(("info", "title"))
        2
    """

    def __init__(self, text: str | bytes) -> None:
        """Parse the file.

        Raises:
            yaml.YAMLError: the file is not YAML.
        """
        self._root: yaml.Node | None = compose_yaml(text)

    def of(self, location: Iterable[str | int]) -> int:
        """Return the line of a location, starting at 1; that of the nearest ancestor if the file lacks the part.

        Args:
            location: member names and indexes, as in the file or in the expanded contract.
        """
        line = 1
        nodes = [self._root] if self._root is not None else []
        for part in location:
            children = [child for node in nodes for child in _children(node, part)]
            if not children:
                break
            line = children[0][0]
            nodes = [node for _, node in children]
        return line

    def merge_keys(self) -> Iterator[Location]:
        """Yield the location of each merge key (`<<`), those below an anchor once."""
        return _merge_keys(self._root, (), set())


def _children(node: yaml.Node, part: str | int) -> Iterator[_Child]:
    """Yield the values of a part; several if the file keeps variants of the keyword apart."""
    if isinstance(node, yaml.SequenceNode):
        if isinstance(part, int) and part < len(node.value):
            yield node.value[part].start_mark.line + 1, node.value[part]
    elif isinstance(node, yaml.MappingNode):
        members = {key.value: (key.start_mark.line + 1, value) for key, value in node.value}
        names = [str(part), f"{VARIANT_PREFIX}{part}", *([REFUSED_EXAMPLES] if part == "examples" else [])]
        yield from (members[name] for name in names if name in members)
        for inner in _inner(members):
            yield from _children(inner, part)


def _inner(members: dict[str, _Child]) -> Iterator[yaml.Node]:
    """Yield the nodes whose members count as those of the node itself: merged ones, and those negated twice."""
    if _MERGE in members:
        _, merged = members[_MERGE]
        yield from merged.value if isinstance(merged, yaml.SequenceNode) else [merged]
    negated = members.get("not")
    if negated is not None and isinstance(negated[1], yaml.MappingNode):
        yield from (value for key, value in negated[1].value if key.value == "not")


def _merge_keys(node: yaml.Node | None, location: Location, visited: set[int]) -> Iterator[Location]:
    if node is None or id(node) in visited:
        return
    visited.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == _MERGE:
                yield (*location, _MERGE)
            yield from _merge_keys(value, (*location, key.value), visited)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _merge_keys(value, (*location, index), visited)
