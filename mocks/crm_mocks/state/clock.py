"""The clock of a session: system time, or a fixed time that a test sets and advances."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from crm_mocks.errors import UsageError

_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)


class Clock:
    """Current time in a session."""

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._frozen = frozen_at
        self._shift = timedelta()
        self._date_second = self._iso_second = -1
        self._date_text = self._iso_text = ""

    @property
    def is_frozen(self) -> bool:
        """Whether the clock stands still until it is moved."""
        return self._frozen is not None

    def now(self) -> datetime:
        """Return the current time as an aware datetime in UTC."""
        if self._frozen is not None:
            return self._frozen
        return datetime.now(UTC) + self._shift if self._shift else datetime.now(UTC)

    def iso(self) -> str:
        """Return the current time as `now().isoformat()` has it, in a fifth of the time."""
        if self._frozen is not None or self._shift:
            return self.now().isoformat()
        now = time.time()
        second = int(now)
        if second != self._iso_second:
            self._iso_second = second
            self._iso_text = datetime.fromtimestamp(second, UTC).replace(tzinfo=None).isoformat()
        microseconds = str(int((now - second) * 1_000_000) + 1_000_000)[1:]
        return f"{self._iso_text}+00:00" if microseconds == "000000" else f"{self._iso_text}.{microseconds}+00:00"

    def timestamp(self) -> float:
        """Return the current time in seconds since 1970-01-01 UTC."""
        return self._frozen.timestamp() if self._frozen is not None else time.time() + self._shift.total_seconds()

    def http_date(self) -> str:
        """Return the current time in the format of the HTTP `Date` header."""
        second = int(time.time() if self._frozen is None and not self._shift else self.timestamp())
        if second != self._date_second:
            self._date_second = second
            self._date_text = format_datetime(datetime.fromtimestamp(second, UTC), usegmt=True)
        return self._date_text

    def set(self, moment: datetime) -> None:
        """Freeze the clock at a moment.

        Raises:
            UsageError: the moment is before 1970 or after 9000.
        """
        self._frozen = _checked(moment)

    def advance(self, seconds: float) -> None:
        """Move the clock; a clock that is not frozen keeps running from there.

        Raises:
            UsageError: the new time would be before 1970 or after 9000.
        """
        try:
            step = timedelta(seconds=seconds)
            if self._frozen is not None:
                self._frozen = _checked(self._frozen + step)
            else:
                _checked(self.now() + step)
                self._shift += step
        except (OverflowError, ValueError):
            raise UsageError("the clock must stay between the years 1970 and 9000") from None


def _checked(moment: datetime) -> datetime:
    if not _EARLIEST <= moment <= _LATEST:
        raise UsageError("the clock must stay between the years 1970 and 9000")
    return moment


def parse_moment(raw: object) -> datetime:
    """Parse an ISO 8601 date or date-time; without a time zone it is taken as UTC.

    Raises:
        UsageError: `raw` is neither.
    """
    try:
        moment = datetime.fromisoformat(str(raw))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"'{raw}' is not an ISO 8601 date-time such as 2026-01-31T12:00:00Z") from None
    return _checked(moment)
