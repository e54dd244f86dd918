"""docs/positions.md: what documents leave open, what we chose, and where in the contract it applies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from crm_contracts.lint.marks import Mark, marks
from crm_mocks.contract import Position
from crm_mocks.contract.host_positions import HOST_POSITIONS
from crm_mocks.contract.position_marks import NOTE, VIRTUAL_PARTS
from crm_mocks.location import Location
from crm_mocks.vendor import Vendor
from tools.pages.markdown import code, page, table

NAME = "positions.md"
_INTRODUCTION = """\
Where a vendor's documents are silent or contradict themselves, the mocks take a position. In the contract
`x-position: {<part>: <id>}` marks the keyword or other part that rests on it; what is not marked, the documents state.
If the real system does otherwise, the setting in the last column changes the mock; where there is none, the contract is
the place to correct. Where standards leave something open, the host takes a position for all of them."""
_HEADS = ("Position", "Source", "What is open", "What the mock does", "Where it applies", "Setting")
_PLACES: Final = 6
"""Places that are listed of each position; the rest is counted."""
_WHOLE: Final = "the whole contract"
_UNNAMED: Final = frozenset(
    {"components", "schemas", "properties", "responses", "examples", "content", "paths", "items"}
)


def render(vendors: Iterable[Vendor]) -> str:
    """Return the page."""
    documents = (vendor.contract_file.document for vendor in vendors)
    ours = [_of_contract(document) for document in documents]
    host = _section("The host, for every CRM", HOST_POSITIONS.values(), {})
    return page("Positions", _INTRODUCTION, [host, *ours])


def _of_contract(document: Mapping[str, Any]) -> str:
    places: dict[str, dict[str, None]] = {}
    for mark in marks(document):
        for position in mark.positions:
            places.setdefault(position, {})[_where(mark)] = None
    described = document.get("x-positions") or {}
    positions = [Position.parse(name, text) for name, text in described.items()]
    return _section(document["info"]["title"], positions, places)


def _section(title: str, positions: Iterable[Position], places: Mapping[str, Iterable[str]]) -> str:
    rows = [
        [
            code(each.id),
            each.source,
            each.silent,
            each.choice,
            _listed(list(places.get(each.id, ("every contract",)))),
            each.setting,
        ]
        for each in sorted(positions, key=lambda position: position.id)
    ]
    return f"## {title}\n\n{table(_HEADS, rows)}"


def _where(mark: Mark) -> str:
    """Return the part and its place as a reader of the contract looks for it: "`pattern` of `Lead.country`"."""
    name = place_name(mark.location)
    if mark.part == NOTE:
        return name if name == _WHOLE else code(name)
    part = mark.part if mark.part in VIRTUAL_PARTS and mark.part not in mark.node else code(mark.part)
    return f"{part} of {code(name)}"


def place_name(location: Location) -> str:
    """Return the name of a place in a contract: `Lead.country` for its property of the component schema."""
    if location == ("info",):
        return _WHOLE
    if location[:1] == ("paths",):
        path, *rest = map(str, location[1:])
        operation = f"{rest[0].upper()} {path}" if rest else path
        return " ".join((operation, *(step for step in rest[1:] if step not in _UNNAMED and "/" not in step)))
    return ".".join(str(step) for step in location if step not in _UNNAMED and "/" not in str(step))


def _listed(places: list[str]) -> str:
    more = len(places) - _PLACES
    return ", ".join(places) if more <= 1 else f"{', '.join(places[:_PLACES])} and {more} more"
