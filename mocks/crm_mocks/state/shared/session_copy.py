"""The copy of a session in one process, and its place in the log."""

from __future__ import annotations

import asyncio
from typing import Final

from crm_mocks.state.shared.replies import LogPosition, Missing
from crm_mocks.state.shared.session import SharedSession
from crm_mocks.state.shared.steps import StepQueue
from crm_mocks.state.shared.transaction import Transaction

_TOLERANCE: Final = 1.0
"""Seconds by which a session may expire earlier than expected: `created` has whole seconds, times are estimated."""


class SessionCopy:
    """A session as this process knows it.

    Attributes:
        session: the session; `None` if it does not exist, or has been reset.
        position: place in the log that has been reached.
        lock: held by the transaction in progress.
        waiting: steps of the next transactions.
        is_current: the copy has not been dropped since it was made.
        is_visited: other processes have changed the session lately.
        resets: number of resets so far.
        expires: when the session expires if nobody uses it, by the server's time.
        read_at: when the journal was read last, by the event loop's time.
        lost: what the store has lost of the session, to be recorded.
        transaction: the open transaction, or `None`.
    """

    __slots__ = (
        "expires", "is_current", "is_visited", "lock", "lost", "name", "position", "read_at", "resets", "session",
        "transaction", "waiting",
    )  # fmt: skip

    def __init__(self, name: str) -> None:
        self.name = name
        self.session: SharedSession | None = None
        self.position = LogPosition()
        self.lock = asyncio.Lock()
        self.waiting = StepQueue()
        self.is_current = False
        self.is_visited = False
        self.resets = 0
        self.expires = 0.0
        self.read_at = float("-inf")
        self.lost = ""
        self.transaction: Transaction | None = None

    def drop(self) -> None:
        """Forget the session: the next transaction loads it again."""
        if self.session is not None:
            self.session.end()
            self.session.journal.close()
        self.session = None
        self.is_current = False

    def abandon(self) -> None:
        """Forget an open transaction and its changes."""
        if self.transaction is not None:
            self.transaction = None
            self.drop()

    def has_lost(self, found: Missing, now: float) -> bool:
        """Return whether a stored session does not continue the one that this process knows.

        A reset and the end of its life explain that a session is gone. Nothing explains a version that is lower, or
        another change where this process has seen one.

        Args:
            found: the whole session as it is stored now.
            now: the server's time.
        """
        known, position = self.position, found.position
        if not known.version:
            return False
        if position.id != known.id:
            is_explained = found.resets > self.resets or (found.created or now) >= self.expires - _TOLERANCE
            return not is_explained
        place = known.version - (position.version - len(found.changes)) - 1
        return place >= len(found.changes) or (place >= 0 and found.changes[place].token != known.head)
