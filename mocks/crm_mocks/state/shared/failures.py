"""Failures of the server that holds the state, in words without credentials."""

from __future__ import annotations

from typing import Protocol


class OnFailure(Protocol):
    """Called after a failure."""

    def __call__(self, message: str, *, is_late: bool) -> None:
        """Take note of a failure; `is_late` if a time limit was exceeded."""


def ignore_failure(message: str, *, is_late: bool) -> None:
    """Take no note of a failure."""


def reason_of(error: Exception) -> str:
    """Return what went wrong in one line, without the credentials that some messages repeat."""
    from redis.exceptions import AuthenticationError, OutOfMemoryError, ReadOnlyError

    if isinstance(error, AuthenticationError):
        return "wrong user or password"
    if isinstance(error, OutOfMemoryError):
        return "the server is out of memory (maxmemory)"
    if isinstance(error, ReadOnlyError):
        return "the server is a read-only replica"
    if is_late(error):
        return "the server does not reply in time"
    text = str(error).partition(" : <")[0]  # Sentinels are represented with all their options
    return (text.splitlines() or [type(error).__name__])[0]


def is_late_to_connect(error: Exception) -> bool:
    """Return whether no connection was made in time."""
    return is_late(error) and "connecting" in str(error)


def is_late(error: Exception) -> bool:
    """Return whether a time limit was exceeded."""
    from redis.exceptions import TimeoutError as RedisTimeoutError

    return isinstance(error, RedisTimeoutError | TimeoutError)
