"""Checks whether clients wait until Retry-After has elapsed before they retry."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

from crm_mocks.basis import HTTP
from crm_mocks.parsing.retry_after import RETRY_AFTER_STATUSES, retry_after
from crm_mocks.state.clock import Clock
from crm_mocks.violations import Violation

__all__ = ["RETRY_AFTER_STATUSES", "RetryAfterTracker"]

_TOLERANCE: Final = 0.05
"""Tolerance in seconds, since clients' timers are not exact."""


class RetryAfterTracker:
    """The Retry-After periods of a session, by operation.

    A period ends by the monotonic clock or by the session's clock, which a test may advance, whichever is first.
    """

    def __init__(self, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start without any period.

        Args:
            clock: clock of the session.
            monotonic: returns monotonic seconds.
        """
        self._clock = clock
        self._monotonic = monotonic
        self._periods: dict[str, tuple[float, float, float]] = {}

    def __bool__(self) -> bool:
        """Return whether any period may still be running."""
        return bool(self._periods)

    def record(self, operation: str, headers: Iterable[tuple[str, str]]) -> None:
        """Start a period if a response has a valid Retry-After header.

        Args:
            operation: `<vendor>.<operationId>`.
            headers: response headers.
        """
        seconds = retry_after(headers, self._clock.now())
        if seconds > 0:
            self._periods[operation] = (seconds, self._monotonic() + seconds, self._clock.timestamp() + seconds)

    def violation(self, operation: str) -> Violation | None:
        """Return a violation if the client retries an operation before Retry-After has elapsed."""
        period = self._periods.get(operation)
        if period is None:
            return None
        seconds, until, until_by_clock = period
        if self._monotonic() + _TOLERANCE >= until or self._clock.timestamp() + _TOLERANCE >= until_by_clock:
            del self._periods[operation]
            return None
        message = f"retried before the {seconds:g} s of Retry-After had elapsed"
        return Violation(("header", "retry-after"), "retryAfter", message, seconds, HTTP)
