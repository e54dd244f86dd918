"""Results are cached without letting clients fill the memory."""

from __future__ import annotations

from crm_mocks.parsing.bounded_cache import MAX_LENGTH, bounded_cache


def test_the_result_for_a_short_text_is_cached_and_for_a_long_one_is_not() -> None:
    computed: list[str] = []

    @bounded_cache(8)
    def length(text: str) -> int:
        computed.append(text)
        return len(text)

    long = "x" * (MAX_LENGTH + 1)
    assert [length("a"), length("a"), length(long), length(long)] == [1, 1, len(long), len(long)]
    assert computed == ["a", long, long]
