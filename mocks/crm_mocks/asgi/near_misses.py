"""Suggestions for a request that matches no operation."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any, Final

from crm_mocks.asgi.similar_paths import SimilarPaths
from crm_mocks.contract import Contract
from crm_mocks.parsing.bounded_cache import bounded_cache

_LIMIT: Final = 3
_MIN_LIKENESS: Final = 0.5
_MAX_LENGTH: Final = 200
"""Characters of a path that are compared, since the time is quadratic."""
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
        for contract in contracts
        for operation in SimilarPaths.of(contract).candidates(compared)
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


@bounded_cache(4096)
def _likeness(path: str, wanted: str) -> float:
    path, wanted = path.rstrip("/"), wanted.rstrip("/")
    likeness = SequenceMatcher(None, path, wanted, autojunk=False).ratio()
    is_end = len(path) > 1 and wanted.endswith(path)  # paths begin with a slash
    return max(likeness, _WITHOUT_BASE_PATH) if is_end else likeness
