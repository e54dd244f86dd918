"""Operations that an unmatched request may have been meant for."""

from __future__ import annotations

from collections.abc import Iterable

from crm_contracts.judge.finding import NearMiss
from crm_mocks.admin.near_misses import near_misses
from crm_mocks.contract import Contract


def near_misses_of(method: str, path: str, contracts: Iterable[Contract]) -> tuple[NearMiss, ...]:
    """Return the operations whose paths are most like a request's, the likest first, three at most."""
    found = near_misses(method, path, contracts)
    return tuple(NearMiss(each["operation"], each["method"], each["path"]) for each in found)
