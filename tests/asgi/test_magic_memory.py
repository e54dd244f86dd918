"""Searching a long value for magic words takes no memory for all of it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from unittest.mock import Mock

import pytest

from crm_mocks.asgi.overrides import NO_OVERRIDE, choose_override
from crm_mocks.asgi.steering_notices import magic_notices

LONG = "é" + "x" * 1_000_000 + "\U0001f600"


def chooses_nothing() -> None:
    context = Mock(query_string="", headers={}, **{"session.queue.take.return_value": None})
    context.vendor.magic.return_value = [LONG]
    assert choose_override(context) is NO_OVERRIDE


def notices_nothing() -> None:
    assert list(magic_notices(LONG, Mock())) == []


@pytest.mark.parametrize("search", [chooses_nothing, notices_nothing])
def test_only_the_beginning_of_a_value_is_copied(search: Callable[[], None]) -> None:
    search()
    tracemalloc.start()
    try:
        search()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < len(LONG)
