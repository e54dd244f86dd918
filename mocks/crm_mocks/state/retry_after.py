"""Patience: whether a client waits as long as the header Retry-After of an answer has asked it to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final

from crm_mocks.basis import HTTP
from crm_mocks.parsing.retry_after import RETRY_AFTER_STATUSES, retry_after
from crm_mocks.state.clock import Clock
from crm_mocks.violations import Violation

__all__ = ["RETRY_AFTER_STATUSES", "RetryAfterTracker"]

_EARLY: Final = 0.05
"""Seconds that a client may come too early: timers of clients are not exact."""


class RetryAfterTracker:
    """Until when a session's client was asked to wait, by operation.

    It is over when so many seconds have passed in truth, or by the session's clock, which a test may have moved on.
    """

    def __init__(self, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing asked.

        Args:
            clock: the session's.
            monotonic: seconds that pass in truth.
        """
        self._clock = clock
        self._monotonic = monotonic
        self._asked: dict[str, tuple[float, float, float]] = {}

    def __bool__(self) -> bool:
        """Whether anything was asked of which no later request has shown that it is over."""
        return bool(self._asked)

    def ask(self, operation: str, headers: Iterable[tuple[str, str]]) -> None:
        """Take note of the headers of an answer that may ask to wait.

        Args:
            operation: `<vendor>.<operationId>`.
            headers: of the answer; without a legible Retry-After, they ask nothing.
        """
        seconds = retry_after(headers, self._clock.now())
        if seconds > 0:
            self._asked[operation] = (seconds, self._monotonic() + seconds, self._clock.timestamp() + seconds)

    def violation(self, operation: str) -> Violation | None:
        """Return what is wrong with a request that comes now, if it comes too early."""
        asked = self._asked.get(operation)
        if asked is None:
            return None
        seconds, until, until_by_clock = asked
        if self._monotonic() + _EARLY >= until or self._clock.timestamp() + _EARLY >= until_by_clock:
            del self._asked[operation]
            return None
        message = f"must wait the {seconds:g} s that Retry-After of the last answer asks for, and came before"
        return Violation(("header", "retry-after"), "retryAfter", message, seconds, HTTP)
