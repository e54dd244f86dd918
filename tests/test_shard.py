"""Shards are disjoint, and together they are the whole."""

from __future__ import annotations

import pytest

from crm_contracts.shard import Shard
from crm_mocks.errors import UsageError

SIZES = [(count, total) for count in (0, 1, 2, 5, 24, 97) for total in (1, 2, 3, 4, 7, 30)]


@pytest.mark.parametrize(("count", "total"), SIZES)
def test_each_item_is_in_exactly_one_shard(count: int, total: int) -> None:
    parts = [Shard(number, total).of(range(count)) for number in range(1, total + 1)]
    assert sorted(item for part in parts for item in part) == list(range(count))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize(("count", "total"), SIZES)
def test_the_share_is_the_number_of_items(count: int, total: int) -> None:
    shards = [Shard(number, total) for number in range(1, total + 1)]
    assert [shard.share(count) for shard in shards] == [len(shard.of(range(count))) for shard in shards]


def test_the_members_of_pairs_are_spread_over_two_shards() -> None:
    parts = [{position % 2 for position in Shard(number, 2).of(range(8))} for number in (1, 2)]
    assert parts == [{0, 1}, {0, 1}]


def test_a_shard_is_written_as_part_and_number_of_parts() -> None:
    assert Shard.parse("2/4") == Shard(2, 4)
    assert str(Shard(2, 4)) == "2/4"


@pytest.mark.parametrize(
    "text", ["", "1", "0/2", "3/2", "0/0", "-1/2", "1/2/3", "a/b", "1 / 2", "1/²", "1/2\n", "1.0/2"]
)
def test_anything_else_is_a_usage_error_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="use I/N with I from 1 to N") as error:
        Shard.parse(text)
    assert "\n" not in str(error.value)
