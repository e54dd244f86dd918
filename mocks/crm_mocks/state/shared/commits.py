"""How the transaction of a copy ends: stored by the server, or rolled back because another process was faster."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.shared.changes import encode_changes
from crm_mocks.state.shared.connection import StateConnection
from crm_mocks.state.shared.copy_updates import OPEN, CopyUpdates
from crm_mocks.state.shared.replies import Busy, Commit, Stored
from crm_mocks.state.shared.session import CLOSED
from crm_mocks.state.shared.session_copy import SessionCopy
from crm_mocks.state.shared.session_names import SessionNames
from crm_mocks.state.shared.stored_sessions import StoredSessions
from crm_mocks.state.shared.transaction import Transaction


class Commits:
    """Commits transactions."""

    def __init__(
        self,
        connection: StateConnection,
        names: SessionNames,
        updates: CopyUpdates,
        listeners: Sequence[Callable[[JournalEntry], None]],
    ) -> None:
        """Prepare commits.

        Args:
            connection: server that holds the state.
            names: names of the sessions.
            updates: brings copies up to date.
            listeners: called with each exchange after it was stored.
        """
        self._connection = connection
        self._stored = StoredSessions(connection)
        self._names = names
        self._updates = updates
        self._listeners = listeners

    async def finish(self, copy: SessionCopy, *, queues: bool, is_fresh: bool) -> bool | Busy:
        """Store the changes of a copy.

        Args:
            copy: the copy.
            queues: see `Commit`.
            is_fresh: the copy was up to date when the transaction began.

        Returns:
            Whether they are stored; `Busy` if other processes are before this one in the line.
        """
        transaction = copy.transaction
        assert transaction is not None
        if copy.session is not None and copy.session.recorder.transaction is transaction:
            copy.session.finish()
        if transaction.is_empty:
            end(copy)
            return is_fresh or await self._is_current(copy)
        time = copy.session.clock.change_time() if copy.session is not None else self._connection.time.now()
        changes = encode_changes(transaction.changes, time) if transaction.changes else b""
        entries = transaction.entries
        first = entries[0][1].number if entries else 1
        commit = Commit(changes, [encoded for encoded, _ in entries], first, transaction.restarts, queues)
        await self._register(copy, transaction)
        outcome = await self._stored.commit(copy.name, copy.position, commit)
        if isinstance(outcome, Stored):
            await self._settle(copy, transaction, outcome, time)
            return True
        _revert(copy, transaction)
        if isinstance(outcome, Busy):
            copy.is_visited = True
            return outcome
        await self._updates.catch_up(copy, outcome)
        return False

    async def _is_current(self, copy: SessionCopy) -> bool:
        """Return whether a copy that was only read is up to date; bring it up to date."""
        missing = await self._stored.pull(copy.name, copy.position, stands_aside=False)
        assert not isinstance(missing, Busy)  # it does not stand in line
        await self._updates.catch_up(copy, missing)
        return missing is None

    async def _settle(self, copy: SessionCopy, transaction: Transaction, stored: Stored, time: float) -> None:
        copy.position = stored.position
        self._updates.note_life(copy, self._connection.settings.session_ttl)
        copy.resets += transaction.restarts
        copy.lost = ""
        copy.is_visited = copy.is_visited or stored.others_wait
        if copy.session is not None:
            copy.session.committed(transaction.changes, time)
        end(copy)
        if transaction.restarts and copy.session is None:
            await self._names.unregister([copy.name])
        for _, entry in transaction.entries:
            for listener in self._listeners:
                listener(entry)
        await self._updates.compact(copy, stored)

    async def _register(self, copy: SessionCopy, transaction: Transaction) -> None:
        """Add a session that is created, closed or reopened to the lists of sessions, before that is stored."""
        states = [change[0] == CLOSED and change[1] for change in transaction.changes if change[0] in (OPEN, CLOSED)]
        if states:
            await self._names.register(copy.name, is_closed=states[-1])


def end(copy: SessionCopy) -> None:
    """End the transaction of a copy."""
    if copy.session is not None:
        copy.session.end()
    copy.transaction = None


def _revert(copy: SessionCopy, transaction: Transaction) -> None:
    """Undo the transaction of a copy, or forget the copy if that is not possible."""
    reversible = transaction.reversible and copy.session is not None
    if reversible and copy.session is not None:
        copy.session.roll_back()
    end(copy)
    if not reversible:
        copy.drop()
