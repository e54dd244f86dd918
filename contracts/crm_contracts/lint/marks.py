"""Position marks (`x-position`) in a contract and the parts of a node that they may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from crm_contracts.lint.locations import walk
from crm_mocks.contract.in_force import MARK
from crm_mocks.contract.position_marks import NOTE, ids
from crm_mocks.location import Location

BY_MEMBER: Final = frozenset({"required", "properties"})
"""Parts whose members can be marked individually."""

_POSITIONS: Final = ("x-positions",)


@dataclass(frozen=True)
class Mark:
    """A marked part of a node.

    Attributes:
        location: location of the node.
        node: the node.
        part: name of the part, as in the mark.
        marked: id of a position, a list of ids, or a mapping of the part's members to either.
    """

    location: Location
    node: Mapping[str, Any]
    part: str
    marked: Any

    @property
    def positions(self) -> list[str]:
        """Ids of the positions, the main one first."""
        return list(ids(self.marked))

    @property
    def target(self) -> Location:
        """Location of the part if it is a member of the node, else of the node."""
        return (*self.location, self.part) if self.part in self.node else self.location


def marks(document: Mapping[str, Any]) -> Iterator[Mark]:
    """Yield every marked part of a contract."""
    for location, node in walk(document):
        if isinstance(node, Mapping) and location[:1] != _POSITIONS and isinstance(node.get(MARK), Mapping):
            for part, marked in node[MARK].items():
                yield Mark(location, node, part, marked)


def missing_part(mark: Mark) -> str:
    """Return why the node lacks the marked part, or an empty string if it has the part."""
    if mark.part == NOTE:
        return ""
    if mark.part == MARK or mark.part not in {*mark.node, *_virtual_parts(mark.location, mark.node)}:
        return f"the node has no '{mark.part}'"
    if isinstance(mark.marked, Mapping):
        if mark.part not in BY_MEMBER:
            return f"'{mark.part}' has no members that can be marked individually"
        for member in mark.marked:
            if member not in mark.node.get(mark.part, ()):
                return f"'{mark.part}' has no member '{member}'"
    return ""


def _virtual_parts(location: Location, node: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the parts of a node that can be marked although they are not members of it."""
    holder = location[-2] if len(location) > 1 else ""
    if location[:1] == ("paths",) and len(location) == 3:  # path, method
        return ("path", "method")
    if holder == "responses":
        return ("status", "outcome", *(("body",) if "content" in node else ()))
    if holder == "content":
        return ("nullable",)
    if holder == "examples":
        return ("outcome",)
    return ("media-types",) if location[-1:] == ("requestBody",) or holder == "requestBodies" else ()
