"""Find operations similar to an unmatched request."""

from __future__ import annotations

from collections.abc import Iterable

from crm_contracts.judge.finding import NearMiss
from crm_mocks.asgi.near_misses import near_misses
from crm_mocks.contract import Contract


def near_misses_of(method: str, path: str, contracts: Iterable[Contract]) -> tuple[NearMiss, ...]:
    """Return the operations with the most similar paths, at most three, most similar first."""
    found = near_misses(method, path, contracts)
    return tuple(NearMiss(near_miss["operation"], near_miss["method"], near_miss["path"]) for near_miss in found)
