"""Checks whether clients wait until Retry-After has elapsed before they retry."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from crm_mocks.basis import HTTP
from crm_mocks.contract.shape import Notice
from crm_mocks.parsing.retry_after import RETRY_AFTER_STATUSES, retry_after
from crm_mocks.state.clock import Clock
from crm_mocks.violations import Violation

__all__ = ["RETRY_AFTER_STATUSES", "RetryAfterTracker", "SentRequest"]

RETRY_AFTER_RULE: Final = "retryAfter"
RETRY_LOCATION: Final = ("header", "retry-after")
RETRY_NOTICE: Final = "retry"
"""Kind of the notices that show the spacing of retries without Retry-After."""

TOLERANCE: Final = 0.05
"""Tolerance in seconds, since clocks and timers are not exact."""

_IN_FLIGHT: Final = 0.3
"""Seconds in which other requests may arrive that the client had sent before it received the response."""

_ROUNDING: Final = 1e-6

_LONGEST_SPACING: Final = 60.0
"""Seconds after which the same request is no retry."""


def knows_response(elapsed: float, *, is_repeated: bool) -> bool:
    """Return whether a client must have known the response that asked it to wait when it sent a request.

    Args:
        elapsed: seconds from the response to the request.
        is_repeated: it is the same request.
    """
    return is_repeated or elapsed >= _IN_FLIGHT - _ROUNDING


def early_retry(seconds: float) -> Violation:
    """Return the violation of a client that retries before Retry-After has elapsed.

    Args:
        seconds: that Retry-After asks to wait.
    """
    message = f"retried before the {seconds:g} s of Retry-After had elapsed"
    return Violation(RETRY_LOCATION, RETRY_AFTER_RULE, message, seconds, HTTP)


def spacing_notice(status: int, spacing: float) -> Notice | None:
    """Return the notice of a request that is repeated after a response without Retry-After; `None` if it is no retry.

    Args:
        status: of the response.
        spacing: seconds from the response to the request.
    """
    if spacing > _LONGEST_SPACING:
        return None
    return Notice(RETRY_NOTICE, RETRY_LOCATION, f"sent again {spacing:.1f} s after a {status} without Retry-After")


@dataclass(frozen=True)
class SentRequest:
    """What identifies a request among those of a session.

    Attributes:
        operation: `<vendor>.<operationId>`.
        content: hash of the request, equal for a repeated one.
        connection: port of the client's connection, or 0 if unknown.
    """

    operation: str
    content: int = 0
    connection: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Period:
    """The period after a response that asks the client to wait, or the response if it does not.

    Attributes:
        request: the request of that response.
        status: status of the response.
        seconds: seconds that Retry-After asks to wait, or 0 if there is none.
        start: monotonic time of the response.
        end: monotonic end.
        clock_end: end by the session's clock.
    """

    request: SentRequest
    status: int
    seconds: float
    start: float
    end: float
    clock_end: float


class RetryAfterTracker:
    """The Retry-After periods of a session, by operation.

    A period ends by the monotonic clock or by the session's clock, which a test may advance, whichever is first. Other
    requests than the refused one count only if the client must have known the response: on the same connection, or
    after the time that requests are under way.

    Attributes:
        periods: the periods by operation; replaced, not altered.
    """

    def __init__(self, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start without any period.

        Args:
            clock: clock of the session.
            monotonic: returns monotonic seconds.
        """
        self._clock = clock
        self._monotonic = monotonic
        self.periods: dict[str, Period] = {}

    def record(self, request: SentRequest, status: int, headers: Iterable[tuple[str, str]]) -> None:
        """Start a period after a response with one of `RETRY_AFTER_STATUSES`.

        Args:
            request: request of the response.
            status: its status.
            headers: its headers.
        """
        seconds = max(retry_after(headers, self._clock.now()), 0.0)
        now = self._monotonic()
        clock_end = self._clock.timestamp() + seconds
        period = Period(request, status, seconds, now, now + seconds, clock_end)
        self.periods = {**self.periods, request.operation: period}

    def violation(self, request: SentRequest) -> Violation | None:
        """Return a violation if the client retries before Retry-After has elapsed."""
        period = self.periods.get(request.operation)
        if period is None or not period.seconds:
            return None
        now = self._monotonic()
        if now + TOLERANCE >= period.end or self._clock.timestamp() + TOLERANCE >= period.clock_end:
            self._end(request.operation)
            return None
        first = period.request
        is_same_connection = bool(request.connection) and request.connection == first.connection
        is_repeated = request.content == first.content
        if not is_same_connection and not knows_response(now - period.start, is_repeated=is_repeated):
            return None
        return early_retry(period.seconds)

    def notice(self, request: SentRequest) -> Notice | None:
        """Return a notice of the spacing if the client retries after a response without Retry-After."""
        period = self.periods.get(request.operation)
        if period is None or period.seconds or request.content != period.request.content:
            return None
        self._end(request.operation)
        spacing = max(self._monotonic() - period.start, self._clock.timestamp() - period.clock_end)
        return spacing_notice(period.status, spacing)

    def _end(self, operation: str) -> None:
        self.periods = {name: period for name, period in self.periods.items() if name != operation}
