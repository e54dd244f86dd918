"""Caching results with bounded memory."""

from __future__ import annotations

from crm_mocks.parsing.bounded_cache import LONGEST, bounded_cache


def test_short_arguments_are_cached_and_long_ones_are_not() -> None:
    worked: list[str] = []

    @bounded_cache(8)
    def length(text: str) -> int:
        worked.append(text)
        return len(text)

    long = "x" * (LONGEST + 1)
    assert [length("a"), length("a"), length(long), length(long)] == [1, 1, len(long), len(long)]
    assert worked == ["a", long, long]
