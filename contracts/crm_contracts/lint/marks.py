"""Marks of positions in a contract: where they stand, which parts they name, and which parts a node has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from crm_contracts.lint.places import Place, walk
from crm_mocks.contract.in_force import MARK
from crm_mocks.contract.marks import NOTE, ids

BY_MEMBER: Final = frozenset({"required", "properties"})
"""Parts of which a mark may name single members."""

_POSITIONS: Final = ("x-positions",)


@dataclass(frozen=True)
class Mark:
    """One part that a mark names.

    Attributes:
        place: of the marked node.
        node: that is marked.
        part: as in the mark.
        marked: id, list of ids, or these by member of the part.
    """

    place: Place
    node: Mapping[str, Any]
    part: str
    marked: Any

    @property
    def positions(self) -> list[str]:
        """Ids of the positions, the first being the one that the part mainly rests on."""
        return list(ids(self.marked))

    @property
    def target(self) -> Place:
        """Place of the part itself, where it is a member of the node."""
        return (*self.place, self.part) if self.part in self.node else self.place


def marks(document: Mapping[str, Any]) -> Iterator[Mark]:
    """Yield every part of a contract that is marked."""
    for place, node in walk(document):
        if isinstance(node, Mapping) and place[:1] != _POSITIONS and isinstance(node.get(MARK), Mapping):
            for part, marked in node[MARK].items():
                yield Mark(place, node, part, marked)


def missing_part(mark: Mark) -> str:
    """Return why a node has no such part as a mark names; empty if it has."""
    if mark.part == NOTE:
        return ""
    if mark.part == MARK or mark.part not in {*mark.node, *_virtual_parts(mark.place, mark.node)}:
        return f"there is no '{mark.part}' here"
    if isinstance(mark.marked, Mapping):
        if mark.part not in BY_MEMBER:
            return f"'{mark.part}' has no members that could be marked one by one"
        for member in mark.marked:
            if member not in mark.node.get(mark.part, ()):
                return f"'{member}' does not stand in '{mark.part}'"
    return ""


def _virtual_parts(place: Place, node: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the parts of a node that are no members of it, by what the node is."""
    holder = place[-2] if len(place) > 1 else ""
    if place[:1] == ("paths",) and len(place) == 3:  # path, method
        return ("path", "method")
    if holder == "responses":
        return ("status", "outcome", *(("body",) if "content" in node else ()))
    if holder == "content":
        return ("nullable",)
    if holder == "examples":
        return ("outcome",)
    return ("media-types",) if place[-1:] == ("requestBody",) or holder == "requestBodies" else ()
