"""Suggestions for a request that matches no operation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from heapq import nlargest
from typing import Any, Final

from crm_mocks.asgi.similar_paths import MAX_COMPARED, SimilarPaths
from crm_mocks.contract import Contract
from crm_mocks.contract.operation import Operation
from crm_mocks.parsing.bounded_cache import bounded_cache

_LIMIT: Final = 3
_MIN_LIKENESS: Final = 0.5
_MAX_LENGTH: Final = 120
"""Characters of a path that are compared, since the time is quadratic."""
_COMPARED: Final = 10
"""Operations that are compared in full: those whose paths have the most characters in common with the request's."""
_WITHOUT_BASE_PATH: Final = 0.9
"""Likeness, at least, of a path that lacks only the beginning of an operation's, such as the base path of `servers`."""


def near_misses(method: str, path: str, contracts: Iterable[Contract]) -> list[dict[str, Any]]:
    """Return the operations whose paths are most similar to the request's, most similar first.

    Args:
        method: method of the request.
        path: path of the request.
        contracts: contracts to search; of very many operations, those most likely to be similar.

    Returns:
        At most three objects with `operation`, `method`, `path` and `likeness` (1 for the same path).
    """
    compared = path[:_MAX_LENGTH].lower()
    found = [
        (_likeness(compared, operation.path.lower()), operation.method == method, operation)
        for operation in _most_likely(method, compared, tuple(contracts))
    ]
    found.sort(key=lambda each: (-each[0], not each[1], each[2].key))
    return [
        {"operation": each.key, "method": each.method, "path": each.path, "likeness": round(likeness, 2)}
        for likeness, _, each in found[:_LIMIT]
        if likeness >= _MIN_LIKENESS
    ]


def most_similar(method: str, path: str, contracts: Iterable[Contract]) -> str:
    """Return method and path of the operation most similar to a request; empty if none is similar."""
    found = near_misses(method, path, contracts)
    return f"{found[0]['method']} {found[0]['path']}" if found else ""


def _most_likely(method: str, path: str, contracts: Sequence[Contract]) -> Sequence[Operation]:
    """Return the operations whose likeness can be the highest: letters in common are counted in linear time."""
    most = MAX_COMPARED // len(contracts) if contracts else 0
    operations = [each for contract in contracts for each in SimilarPaths.of(contract).candidates(path, most)]
    if len(operations) <= _COMPARED:
        return operations
    path = path.rstrip("/")
    matcher = SequenceMatcher(b=path, autojunk=False)

    def bound(operation: Operation) -> float:
        wanted = operation.path.lower().rstrip("/")
        matcher.set_seq1(wanted)
        return 1.0 if _is_end(path, wanted) else matcher.quick_ratio()

    return nlargest(_COMPARED, operations, key=lambda each: (bound(each), each.method == method))


def _is_end(path: str, wanted: str) -> bool:
    return len(path) > 1 and wanted.endswith(path)  # paths begin with a slash


@bounded_cache(4096)
def _likeness(path: str, wanted: str) -> float:
    path, wanted = path.rstrip("/"), wanted.rstrip("/")
    likeness = SequenceMatcher(None, path, wanted, autojunk=False).ratio()
    return max(likeness, _WITHOUT_BASE_PATH) if _is_end(path, wanted) else likeness
