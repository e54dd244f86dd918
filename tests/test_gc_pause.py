from __future__ import annotations

import gc

import pytest

from crm_mocks.gc_pause import gc_paused


@pytest.mark.parametrize("was_enabled", [True, False])
def test_garbage_collection_is_as_before_afterwards(was_enabled: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if was_enabled else gc.disable)()
        with gc_paused():
            assert not gc.isenabled()
        assert gc.isenabled() is was_enabled
    finally:
        (gc.enable if before else gc.disable)()
