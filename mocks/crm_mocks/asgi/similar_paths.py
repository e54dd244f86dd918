"""The operations of a contract whose paths may resemble that of a request, found without comparing all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final
from weakref import WeakKeyDictionary

from crm_mocks.contract import Contract
from crm_mocks.contract.operation import Operation

MAX_COMPARED: Final = 100
"""Operations that are compared with a path."""

_known: Final[WeakKeyDictionary[Contract, SimilarPaths]] = WeakKeyDictionary()


class SimilarPaths:
    """The operations of a contract in the order of their paths, of their reversed paths, and by segment."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        paths = [operation.path.lower().rstrip("/") for operation in operations]
        self._operations = operations
        self._forward = sorted(zip(paths, range(len(paths)), strict=True))
        self._backward = sorted((path[::-1], place) for path, place in zip(paths, range(len(paths)), strict=True))
        self._by_segment: defaultdict[str, list[int]] = defaultdict(list)
        for place, path in enumerate(paths):
            for segment in set(path.split("/")):
                self._by_segment[segment].append(place)

    @classmethod
    def of(cls, contract: Contract) -> SimilarPaths:
        """Return those of a contract."""
        found = _known.get(contract)
        if found is None:
            found = _known[contract] = cls([*contract.operations.values()])
        return found

    def candidates(self, path: str, most: int = MAX_COMPARED) -> Sequence[Operation]:
        """Return all operations, or of many those most likely to be similar.

        Args:
            path: path of a request, in lower case.
            most: maximum number.
        """
        if len(self._operations) <= most:
            return self._operations
        neighbours = most // 10  # on each side of a place in an order
        path = path.rstrip("/")
        parent, slash, _ = path.rpartition("/")
        places = {
            *_around(self._forward, path, neighbours),
            *_around(self._forward, f"{parent}{slash}{{", neighbours),
            *_around(self._backward, path[::-1], neighbours),
            *islice(self._sharing_segments(path), most - 6 * neighbours),
        }
        return [self._operations[place] for place in sorted(places)]

    def _sharing_segments(self, path: str) -> Iterator[int]:
        """Yield the places of operations with the same segments, rare segments first."""
        segments = [self._by_segment[each] for each in set(path.split("/")) if each in self._by_segment]
        for places in sorted(segments, key=lambda each: (len(each), each)):
            yield from places


def _around(ordered: Sequence[tuple[str, int]], text: str, neighbours: int) -> Iterator[int]:
    place = bisect_left(ordered, (text, 0))
    for _, each in ordered[max(0, place - neighbours) : place + neighbours]:
        yield each
