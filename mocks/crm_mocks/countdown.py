"""Time limits counted in short waits, so that time for which this process is held up does not count.

It may be stopped, swapped out, or on a machine that stood still. A wait that takes much longer than it should counts as
a short one.
"""

from __future__ import annotations

import time
from typing import Final

WAIT_SECONDS: Final = 0.5
"""How long to wait at most until time is counted again."""

_HELD_UP_SECONDS: Final = 2 * WAIT_SECONDS
"""A wait that took longer was held up, and counts as `WAIT_SECONDS`."""

_READING_SECONDS: Final = 0.25
"""Time that is left in any case after a hold-up, to read what came meanwhile."""

_MAX_HOLD_UPS: Final = 60
"""Further hold-ups count in full: on a machine where each wait is one, the time would never be up."""


class Countdown:
    """The seconds that are left of a time limit. Whoever waits asks for them at least every `WAIT_SECONDS`.

    Example:
        >>> countdown = Countdown(10.0)
        >>> while (left := countdown.left()) > 0 and not event.wait(min(left, WAIT_SECONDS)):
        ...     pass
    """

    def __init__(self, seconds: float) -> None:
        """Start.

        Args:
            seconds: the time limit.
        """
        self._left = seconds
        self._hold_ups = 0
        self._counted_at = time.monotonic()

    def left(self) -> float:
        """Count the time since the last call; return the seconds left, 0 or less when the time is up."""
        now = time.monotonic()
        waited, self._counted_at = now - self._counted_at, now
        if waited > _HELD_UP_SECONDS and self._hold_ups < _MAX_HOLD_UPS:
            self._hold_ups += 1
            self._left = max(self._left - WAIT_SECONDS, _READING_SECONDS)
        else:
            self._left -= waited
        return self._left

    def skip(self) -> None:
        """Do not count the time since the last call."""
        self._counted_at = time.monotonic()
