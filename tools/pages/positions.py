"""docs/positions.md: what the documents leave open, and what the mocks do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crm_mocks.asgi.positions import POSITIONS
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
    ours = (_section(document["info"]["title"], document.get("x-positions") or {}) for document in documents)
    return page("Positions", _INTRODUCTION, [_section("The host, for every CRM", POSITIONS), *ours])


def _section(title: str, positions: Mapping[str, Mapping[str, str]]) -> str:
    rows = [
        [code(name), *(str(position.get(member, "")) for member in ("source", "silent", "choice", "setting"))]
        for name, position in sorted(positions.items())
    ]
    return f"## {title}\n\n{table(_HEADS, rows)}"
