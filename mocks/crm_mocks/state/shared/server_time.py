"""The time of the server that holds the state, which all processes share."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from crm_mocks.state.clock import Clock

_SECONDS_TRUSTED: Final = 10.0
"""How long a measurement is preferred to others that took longer."""


class ServerTime:
    """Seconds since 1970 by the server's `TIME`, estimated between its replies by the monotonic clock."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Begin with the time of this machine.

        Args:
            monotonic: returns monotonic seconds.
        """
        self._monotonic = monotonic
        self._offset = time.time() - monotonic()
        self._round_trip = float("inf")
        self._measured = 0.0

    def now(self) -> float:
        """Return the estimated time of the server."""
        return self._monotonic() + self._offset

    def measure(self, server_seconds: float, sent: float, received: float) -> None:
        """Take over a time that the server has replied with.

        Args:
            server_seconds: time by the server.
            sent: monotonic seconds when it was asked.
            received: monotonic seconds when it replied.
        """
        round_trip = received - sent
        if round_trip <= self._round_trip or received - self._measured > _SECONDS_TRUSTED:
            self._offset = server_seconds - (sent + received) / 2
            self._round_trip, self._measured = round_trip, received


class SharedClock(Clock):
    """The clock of a shared session: where it runs, by the server's time, and never backwards.

    Attributes:
        ahead: seconds by which the response to the current request will be delayed.
        floor: time of the latest change of the session.
    """

    def __init__(self, time: ServerTime, frozen_at: datetime | None = None) -> None:
        """Create a clock.

        Args:
            time: time that all processes share.
            frozen_at: moment at which the clock is frozen; `None` for a running clock.
        """
        super().__init__(frozen_at)
        self._time = time
        self.ahead = 0.0
        self.floor = 0.0

    def change_time(self) -> float:
        """Return the time of a change that is made now."""
        return max(self._time.now(), self.floor)

    def running(self) -> float:
        """Return the time at which the response is sent, whatever tests have set."""
        return self.change_time() + self.ahead

    def now(self) -> datetime:
        """See `Clock.now`."""
        return self._frozen if self._frozen is not None else datetime.fromtimestamp(self.timestamp(), UTC)

    def iso(self) -> str:
        """See `Clock.iso`."""
        return self.now().isoformat()

    def timestamp(self) -> float:
        """See `Clock.timestamp`."""
        return self._frozen.timestamp() if self._frozen is not None else self.running() + self._shift.total_seconds()

    def http_date(self) -> str:
        """See `Clock.http_date`."""
        return format_datetime(datetime.fromtimestamp(int(self.timestamp()), UTC), usegmt=True)

    @property
    def state(self) -> tuple[datetime | None, timedelta]:
        """What tests have set: the frozen moment, and the shift of a running clock."""
        return self._frozen, self._shift

    @state.setter
    def state(self, state: tuple[datetime | None, timedelta]) -> None:
        self._frozen, self._shift = state
