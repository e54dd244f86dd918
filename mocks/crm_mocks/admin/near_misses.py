"""What a request may have been meant for that no operation was found for."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any, Final

from crm_mocks.contract import Contract
from crm_mocks.parsing.bounded_cache import bounded_cache

_SHOWN: Final = 3
_ALIKE_ENOUGH: Final = 0.5
_COMPARED: Final = 200
"""Characters of a path that are compared: the time that it takes grows with their square."""


def near_misses(method: str, path: str, contracts: Iterable[Contract]) -> list[dict[str, Any]]:
    """Return the operations whose paths are most like the request's, the likest first.

    Args:
        method: of the request.
        path: of the request.
        contracts: where to look.

    Returns:
        `operation`, `method`, `path` and `likeness` (1 is the same path) of each, at most three.
    """
    found = [
        (_likeness(path[:_COMPARED].lower(), operation.path.lower()), operation.method == method, operation)
        for contract in contracts
        for operation in contract.operations.values()
    ]
    found.sort(key=lambda each: (-each[0], not each[1], each[2].key))
    return [
        {"operation": each.key, "method": each.method, "path": each.path, "likeness": round(likeness, 2)}
        for likeness, _, each in found[:_SHOWN]
        if likeness >= _ALIKE_ENOUGH
    ]


@bounded_cache(4096)
def _likeness(path: str, wanted: str) -> float:
    return SequenceMatcher(None, path.rstrip("/"), wanted.rstrip("/"), autojunk=False).ratio()
