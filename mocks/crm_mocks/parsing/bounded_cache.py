"""Cache results computed from client input, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from inspect import signature
from typing import Final, TypeVar

Result = TypeVar("Result")
MAX_LENGTH: Final = 200
"""Maximum total length of cached arguments. Well-behaved clients do not repeat longer ones."""


def bounded_cache(size: int) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Return a decorator that caches the results of a function for short arguments.

    The arguments are strings, bytes, or tuples of bytes; a single one is a string or bytes.

    Args:
        size: maximum number of cached results.
    """

    def decorate(function: Callable[..., Result]) -> Callable[..., Result]:
        if len(signature(function).parameters) == 1:
            return BoundedResults(function, size).__getitem__
        cached = lru_cache(size)(function)

        @wraps(function)
        def call(*arguments: str | bytes | tuple[bytes, ...]) -> Result:
            return cached(*arguments) if sum(map(_length, arguments)) <= MAX_LENGTH else function(*arguments)

        return call

    return decorate


class BoundedResults(dict[str, Result]):
    """Results of a function by its argument, computed as they are asked for; all are forgotten when there are many."""

    def __init__(self, compute: Callable[[str], Result], size: int = 4096) -> None:
        """Create it without results.

        Args:
            compute: the function.
            size: maximum number of results; those for arguments longer than `MAX_LENGTH` are not kept.
        """
        super().__init__()
        self._compute = compute
        self._size = size

    def __missing__(self, argument: str) -> Result:
        result = self._compute(argument)
        if len(argument) <= MAX_LENGTH:
            if len(self) >= self._size:
                self.clear()
            self[argument] = result
        return result


def _length(argument: str | bytes | tuple[bytes, ...]) -> int:
    return sum(map(len, argument)) if isinstance(argument, tuple) else len(argument)
