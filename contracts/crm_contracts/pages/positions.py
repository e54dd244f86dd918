"""docs/positions.md: what documents leave open, and what we chose."""

from __future__ import annotations

from collections.abc import Iterable

from crm_contracts.pages.markdown import code, page, table
from crm_mocks.vendor import Vendor

NAME = "positions.md"
_INTRODUCTION = """\
Where a vendor's documents are silent or contradict themselves, the mocks take a position. In the contract the place is
marked `x-position: <id>`. If the real system does otherwise, the setting in the last column changes the mock; where
there is none, the contract is the place to correct."""


def render(vendors: Iterable[Vendor]) -> str:
    """Return the page."""
    return page("Positions", _INTRODUCTION, map(_section, vendors))


def _section(vendor: Vendor) -> str:
    document = vendor.contract_file.document
    rows = [
        [code(name), *(str(position.get(member, "")) for member in ("source", "silent", "choice", "setting"))]
        for name, position in sorted((document.get("x-positions") or {}).items())
    ]
    heads = ["Position", "Source", "What is open", "What the mock does", "Setting"]
    return f"## {document['info']['title']}\n\n{table(heads, rows)}"
