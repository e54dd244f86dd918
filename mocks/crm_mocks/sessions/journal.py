"""The journal: every exchange of a session, bounded in bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from crm_mocks.sessions.entry import Entry

__all__ = ["Entry", "Journal"]


class Journal:
    """The exchanges of one session, the oldest dropped beyond the cap.

    Attributes:
        total: how many exchanges there have been, dropped ones included.
    """

    def __init__(self, cap_bytes: int = 32 * 1024 * 1024) -> None:
        self._cap = cap_bytes
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self.total = 0

    def number(self) -> int:
        """Return the number of the exchange that begins now."""
        self.total += 1
        return self.total

    def append(self, entry: Entry) -> None:
        """Add a finished exchange."""
        self._entries.append(entry)
        self._bytes += entry.size
        while self._bytes > self._cap and len(self._entries) > 1:
            self._bytes -= self._entries.popleft().size

    def entries(self, wanted: Callable[[Entry], bool] = lambda _: True) -> Iterator[Entry]:
        """Yield the exchanges kept that are wanted, the oldest first."""
        return filter(wanted, tuple(self._entries))

    def clear(self) -> None:
        """Forget all exchanges; numbers go on."""
        self._entries.clear()
        self._bytes = 0
