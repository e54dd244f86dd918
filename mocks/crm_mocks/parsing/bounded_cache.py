"""Remembering what was worked out of a text that clients send, without letting them fill the memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, TypeVar

Result = TypeVar("Result")
LONGEST: Final = 200
"""Characters of a text that is worth remembering; longer ones are not what well-meant clients repeat."""


def bounded_cache(times: int) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Have a function remember its last results, for arguments that are short.

    Args:
        times: how many results.

    The arguments are texts, bytes, or tuples of them.
    """

    def decorate(function: Callable[..., Result]) -> Callable[..., Result]:
        cached = lru_cache(times)(function)

        @wraps(function)
        def call(*arguments: str | bytes | tuple[bytes, ...]) -> Result:
            if sum(map(_length, arguments)) > LONGEST:
                return function(*arguments)
            return cached(*arguments)

        return call

    return decorate


def _length(argument: str | bytes | tuple[bytes, ...]) -> int:
    return sum(map(len, argument)) if isinstance(argument, tuple) else len(argument)
