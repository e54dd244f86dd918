"""How fast requests may follow one another."""

from __future__ import annotations

import threading
import time
from typing import Final

from crm_mocks.errors import UsageError

_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0}
_LONGEST: Final = 300.0
"""Seconds of a Retry-After that are waited for at most."""


class RateLimit:
    """Lets requests pass at a rate, and not before a provider wants them again.

    Attributes:
        seconds: between the beginnings of two requests; 0 lets them follow at once.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the next request may begin."""
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next)
            self._next = start + self.seconds
        if start > now:
            time.sleep(start - now)

    def hold(self, retry_after: str) -> None:
        """Let no request begin for as long as an answer with Retry-After asks; a date is no number of seconds.

        Args:
            retry_after: the header's value.
        """
        if retry_after.isdigit() and len(retry_after) < 10:
            with self._lock:
                self._next = max(self._next, time.monotonic() + min(float(retry_after), _LONGEST))


def interval(rate: str) -> float:
    """Return the seconds between two requests for a rate such as `5/s`, `100/m` or `1000/h`.

    Raises:
        UsageError: it is none.
    """
    amount, slash, unit = rate.strip().partition("/")
    try:
        number = float(amount)
    except ValueError:
        number = 0.0
    if not (slash and unit in _UNITS and 0 < number < float("inf")):
        raise UsageError(f"--rate {rate}: wants a number of requests and a unit, such as 5/s, 100/m or 1000/h")
    return _UNITS[unit] / number
