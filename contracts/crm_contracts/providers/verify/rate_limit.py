"""Rate limit of requests to a provider."""

from __future__ import annotations

import threading
import time
from typing import Final

from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.errors import UsageError

_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0}
_MAX_RETRY_AFTER: Final = 300.0
"""Longest pause for a Retry-After, in seconds."""


class RateLimit:
    """Delays requests to keep a rate and to honour Retry-After.

    Attributes:
        seconds: between the starts of two requests; 0 for no limit.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Wait until the next request may start."""
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next)
            self._next = start + self.seconds
        if start > now:
            time.sleep(start - now)

    def pause(self, retry_after: str) -> bool:
        """Let no request start until Retry-After has elapsed; return whether it has a number of seconds, not a date.

        Args:
            retry_after: value of the header.
        """
        seconds = parse_digits(retry_after)
        if seconds is None:
            return False
        with self._lock:
            self._next = max(self._next, time.monotonic() + min(seconds, _MAX_RETRY_AFTER))
        return True


def interval(rate: str) -> float:
    """Return the seconds between two requests for a rate such as `5/s`, `100/m` or `1000/h`.

    Raises:
        UsageError: the rate has another form.
    """
    amount, slash, unit = rate.strip().partition("/")
    try:
        number = float(amount)
    except ValueError:
        number = 0.0
    if not (slash and unit in _UNITS and 0 < number < float("inf")):
        raise UsageError(f"--rate {rate}: must be a number of requests and a unit, such as 5/s, 100/m or 1000/h")
    return _UNITS[unit] / number
