"""Comparing the entries of arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from crm_contracts.diff.schemas.found import Found
from crm_contracts.diff.schemas.slots import Slot

if TYPE_CHECKING:
    from crm_contracts.diff.schemas.comparer import Comparer

ENTRY: Final = "*"
"""Stands for the entries of an array in a place."""


def entries(old: Slot, new: Slot, comparer: Comparer) -> Iterator[Found]:
    """Yield the changes of the entries."""
    for each in comparer.schemas(old.items, new.items):
        yield each.below(ENTRY)
