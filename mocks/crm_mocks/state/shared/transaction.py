"""Changes that a request makes to the copy of a session, until they are committed or rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from crm_mocks.state.journal_entry import JournalEntry

Change = list[Any]
"""A change of a session: its code and its arguments, which MessagePack can represent; see `changes.py`."""


class Transaction:
    """The changes of one session that are not committed yet.

    Attributes:
        changes: the changes, in order.
        entries: exchanges to be journalled, with their bytes.
        restarts: the session starts anew; `changes` are those since then.
        size: bytes of the exchanges.
        held: claims of the present step that last until its response has been sent.
        holds_claims: the response of the present step is sent later, so claims must not end before that.
        delay: seconds until it is sent.
        reversible: whether `roll_back` can undo the changes.
    """

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.entries: list[tuple[bytes, JournalEntry]] = []
        self.size = 0
        self.restarts = False
        self.held: list[str] = []
        self.holds_claims = False
        self.delay = 0.0
        self.reversible = True
        self._undo: list[Callable[[], None]] = []

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to commit."""
        return not (self.changes or self.entries or self.restarts)

    def add_exchange(self, encoded: bytes, entry: JournalEntry, change: Change) -> None:
        """Add an exchange.

        Args:
            encoded: the bytes that are stored.
            entry: the exchange.
            change: what the statistics need of it.
        """
        self.entries.append((encoded, entry))
        self.changes.append(change)
        self.size += len(encoded)

    def end_step(self) -> None:
        """Begin another step of the same transaction."""
        self.held = []
        self.holds_claims = False
        self.delay = 0.0

    def restart(self) -> None:
        """Discard all changes so far: the session starts anew."""
        self.changes.clear()
        self.entries.clear()
        self.restarts = True
        self.reversible = False

    def add(self, change: Change, undo: Callable[[], None] | None) -> None:
        """Add a change.

        Args:
            change: the change.
            undo: reverts it in the copy; `None` if that is not possible.
        """
        self.changes.append(change)
        if undo is None:
            self.reversible = False
        else:
            self._undo.append(undo)

    def roll_back(self) -> None:
        """Undo the changes, last one first."""
        while self._undo:
            self._undo.pop()()


class Recorder:
    """Records changes of the parts of one session in the transaction that is open.

    Attributes:
        transaction: the open transaction, or `None`.
    """

    def __init__(self) -> None:
        self.transaction: Transaction | None = None
        self._silent = 0

    def record(self, change: Change, undo: Callable[[], None] | None = None) -> None:
        """Record a change; see `Transaction.add`."""
        if not self._silent:
            self.open.add(change, undo)

    @property
    def open(self) -> Transaction:
        """The open transaction."""
        if self.transaction is None:
            raise RuntimeError("shared sessions are changed in transactions only: see SharedSessions.run")
        return self.transaction

    @property
    def is_silent(self) -> bool:
        """Whether changes are not recorded, because they are those of the log."""
        return self._silent > 0

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Record nothing: the changes follow from one that is recorded already."""
        self._silent += 1
        try:
            yield
        finally:
            self._silent -= 1
