"""Shards of a long command: several runs on different machines, each with a disjoint part of the cases."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from crm_mocks.errors import UsageError

Item = TypeVar("Item")

_FORM: Final = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


@dataclass(frozen=True)
class Shard:
    """One of several parts of a list; the parts are disjoint, and together they are the list.

    Positions that follow each other belong to different shards, in an order that rotates, so that cases which come in
    pairs, such as a fault once and always, do not all end up in the same shard.

    Attributes:
        number: which part, from 1.
        total: number of parts.

    Example:
        >>> [Shard(number, 2).of("abcde") for number in (1, 2)]
        [['a', 'd', 'e'], ['b', 'c']]
    """

    number: int = 1
    total: int = 1

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Return the shard of an option's value such as `2/4`.

        Raises:
            UsageError: the value has another form, or there is no such shard.
        """
        match = _FORM.fullmatch(text)
        shard = cls(int(match[1]), int(match[2])) if match else cls(0, 0)
        if not 1 <= shard.number <= shard.total:
            raise UsageError(f"--shard {text!r}: use I/N with I from 1 to N, such as 2/4")
        return shard

    @property
    def is_whole(self) -> bool:
        """Whether there is only one part."""
        return self.total == 1

    def has(self, position: int) -> bool:
        """Return whether a position, from 0, belongs to the shard."""
        return (position + position // self.total) % self.total == self.number - 1

    def of(self, items: Sequence[Item]) -> list[Item]:
        """Return the items that belong to the shard, in order."""
        return [item for position, item in enumerate(items) if self.has(position)]

    def share(self, count: int) -> int:
        """Return how many of the first `count` positions belong to the shard."""
        rounds, rest = divmod(count, self.total)
        return rounds + ((self.number - 1 - rounds) % self.total < rest)

    def __str__(self) -> str:
        return f"{self.number}/{self.total}"


WHOLE: Final = Shard()
"""Everything."""
