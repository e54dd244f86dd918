"""How a copy catches up with the log, and how the log is replaced by a snapshot of a copy."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain
from typing import Final

from crm_mocks.errors import StateError
from crm_mocks.state.shared.changes import decode_changes
from crm_mocks.state.shared.connection import StateConnection
from crm_mocks.state.shared.replies import Missing, Stored
from crm_mocks.state.shared.session import SharedSession
from crm_mocks.state.shared.session_copy import SessionCopy
from crm_mocks.state.shared.snapshots import pack, unpack
from crm_mocks.state.shared.stored_sessions import StoredSessions
from crm_mocks.turns import Turns

log = logging.getLogger("crm_mocks")

OPEN: Final = "open"
"""The change that creates a session."""

_LOG_BYTES: Final = 256 * 1024
"""Minimum size of a log that is replaced by a snapshot; beyond that, when it is larger than the snapshot."""

JOURNAL_BYTES: Final = 1_048_576
"""About how much of a journal is read at once, if its exchanges are as large as those before."""

_FIRST_EXCHANGES: Final = 16
_MAX_EXCHANGES: Final = 500


class CopyUpdates:
    """Applies the changes of other processes to copies.

    Attributes:
        on_loss: called when the store has lost something.
    """

    def __init__(
        self,
        connection: StateConnection,
        create: Callable[[str], SharedSession],
        on_create: Callable[[SharedSession], None],
    ) -> None:
        """See `SessionCopies`."""
        self.on_loss: Callable[[], None] = lambda: None
        self._connection = connection
        self._stored = StoredSessions(connection)
        self._create = create
        self._on_create = on_create

    async def catch_up(self, copy: SessionCopy, missing: Missing | None) -> None:
        """Apply the changes that a copy lacks; `None` if there are none."""
        if missing is None or (missing.snapshot is None and not copy.is_current):
            return  # a copy that was dropped is loaded by the next attempt
        copy.is_current = False  # until all of it is applied
        with self._connection.reading(f"the session {copy.name}"):
            await self._apply_all(copy, missing)
        copy.position = missing.position
        copy.is_current = True
        if copy.position.id:
            self.note_life(copy, missing.life)

    async def _apply_all(self, copy: SessionCopy, missing: Missing) -> None:
        """Apply changes in turns with other requests, which see the session as it was until a new one is complete."""
        session, turns = copy.session, Turns()
        if missing.snapshot is not None:
            if copy.has_lost(missing, self._connection.time.now()):
                self._note_loss(copy)
            copy.resets = missing.resets
            copy.expires = 0.0
            session = None
            for content in unpack(missing.snapshot):
                session = await self._applied(copy.name, session, content)
                await turns.give_way()
        for change in missing.changes:
            session = await self._applied(copy.name, session, change.content)
            await turns.give_way()
        if session is not copy.session:
            copy.drop()
            copy.session = session

    def note_life(self, copy: SessionCopy, seconds: float) -> None:
        """Note after how many seconds the session expires on the server."""
        copy.expires = self._connection.time.now() + seconds

    def new_session(self, copy: SessionCopy) -> SharedSession:
        """Return a new session, with the content of each new session."""
        session = copy.session = self._create(copy.name)
        if copy.transaction is not None:
            session.begin(copy.transaction)
            session.recorder.record([OPEN])
        with session.recorder.silence():
            self._on_create(session)
        return session

    async def load_journal(self, copy: SessionCopy) -> None:
        """Read the stored exchanges that this process has not read yet."""
        assert copy.session is not None
        journal = copy.session.journal
        count = _FIRST_EXCHANGES
        while journal.loaded < journal.total:
            first, _, entries = await self._stored.read_journal(copy.name, copy.position.id, journal.loaded + 1, count)
            if not entries:
                return
            journal.add_loaded(entries, first)
            count = max(1, min(_MAX_EXCHANGES, JOURNAL_BYTES * len(entries) // sum(map(len, entries))))

    async def compact(self, copy: SessionCopy, stored: Stored) -> None:
        """Replace the log of a session by a snapshot if it has become long."""
        if copy.session is None or stored.log_bytes <= max(_LOG_BYTES, stored.snapshot_bytes):
            return
        changes = await copy.session.snapshot(lambda: self._create(copy.name))
        snapshot = await pack(chain([[OPEN]], changes), copy.session.clock.floor)
        try:
            await self._stored.compact(copy.name, copy.position, snapshot)
        except StateError:
            log.warning("session %s: its log could not be replaced by a snapshot", copy.name)

    async def _applied(self, name: str, session: SharedSession | None, encoded: bytes) -> SharedSession:
        """Return a session after changes, which may begin a new one."""
        time, changes = decode_changes(encoded)
        if changes[0][0] == OPEN:
            session = self._create(name)
            with session.recorder.silence():
                self._on_create(session)
            changes = changes[1:]
        assert session is not None
        await session.apply(changes, time)
        return session

    def _note_loss(self, copy: SessionCopy) -> None:
        moment = datetime.fromtimestamp(self._connection.time.now(), UTC).isoformat(timespec="seconds")
        copy.lost = f"the store has lost exchanges of the session, as was noticed at {moment}"
        log.error("session %s: %s", copy.name, copy.lost)
        self.on_loss()
