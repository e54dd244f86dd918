"""docs/positions.md: what documents leave open, and what we chose."""

from __future__ import annotations

from collections.abc import Iterable

from crm_mocks.contract import Position
from crm_mocks.contract.host_positions import HOST_POSITIONS
from crm_mocks.vendor import Vendor
from tools.pages.markdown import code, page, table

NAME = "positions.md"
_INTRODUCTION = """\
Where a vendor's documents are silent or contradict themselves, the mocks take a position. In the contract the place is
marked `x-position: <id>`. If the real system does otherwise, the setting in the last column changes the mock; where
there is none, the contract is the place to correct. Where standards leave something open, the host takes a position for
all of them."""
_HEADS = ("Position", "Source", "What is open", "What the mock does", "Setting")


def render(vendors: Iterable[Vendor]) -> str:
    """Return the page."""
    documents = (vendor.contract_file.document for vendor in vendors)
    ours = [
        _section(
            document["info"]["title"],
            [Position.read(name, text) for name, text in (document.get("x-positions") or {}).items()],
        )
        for document in documents
    ]
    return page("Positions", _INTRODUCTION, [_section("The host, for every CRM", HOST_POSITIONS.values()), *ours])


def _section(title: str, positions: Iterable[Position]) -> str:
    rows = [
        [code(each.id), each.source, each.silent, each.choice, each.setting]
        for each in sorted(positions, key=lambda position: position.id)
    ]
    return f"## {title}\n\n{table(_HEADS, rows)}"
