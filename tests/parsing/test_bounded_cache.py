"""Results are cached without letting clients fill the memory."""

from __future__ import annotations

from crm_mocks.parsing.bounded_cache import MAX_LENGTH, BoundedResults, bounded_cache


def test_the_result_for_a_short_text_is_cached_and_for_a_long_one_is_not() -> None:
    computed: list[str] = []

    @bounded_cache(8)
    def length(text: str) -> int:
        computed.append(text)
        return len(text)

    long = "x" * (MAX_LENGTH + 1)
    assert [length("a"), length("a"), length(long), length(long)] == [1, 1, len(long), len(long)]
    assert computed == ["a", long, long]


def test_results_are_kept_for_a_bounded_number_of_short_texts() -> None:
    computed: list[str] = []

    def length(text: str) -> int:
        computed.append(text)
        return len(text)

    results, long = BoundedResults(length, 2), "x" * (MAX_LENGTH + 1)
    assert [results[text] for text in ("a", "a", long, long, "bb", "ccc", "ccc")] == [1, 1, 201, 201, 2, 3, 3]
    assert computed == ["a", long, long, "bb", "ccc"]
    assert len(results) <= 2
