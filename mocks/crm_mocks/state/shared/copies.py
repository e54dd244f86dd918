"""The copies of sessions in one process, and the transactions that change them."""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Final, TypeVar

from crm_mocks.errors import StateError, UsageError
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.shared.changes import decode_changes, encode_changes
from crm_mocks.state.shared.connection import StateConnection
from crm_mocks.state.shared.replies import Busy, Commit, Missing, Position, Stored
from crm_mocks.state.shared.scripts import TOKEN_LENGTH
from crm_mocks.state.shared.session import CLOSED, SharedSession
from crm_mocks.state.shared.session_copy import SessionCopy, token_of
from crm_mocks.state.shared.transaction import Change, Transaction

Result = TypeVar("Result")
log = logging.getLogger("crm_mocks")

OPEN: Final = "open"
"""The change that creates a session."""

_LOG_BYTES: Final = 256 * 1024
"""Minimum size of a log that is replaced by a snapshot; beyond that, when it is larger than the snapshot."""

_PATIENCE: Final = 3
"""Number of conflicts after which a process asks the others to wait."""

_MAX_ATTEMPTS: Final = 1000
_BUSY_SECONDS: Final = 0.01
_JOURNAL_PAGE: Final = 500


class SessionCopies:
    """The copies of sessions.

    Attributes:
        connection: server that holds the state.
        listeners: called with each exchange of this process after it was stored.
        limit: maximum number of open sessions.
        on_loss: called when the store has lost something.
        check: raises a `StateError` if the state cannot be used at the moment.
    """

    def __init__(
        self,
        connection: StateConnection,
        create: Callable[[str], SharedSession],
        on_create: Callable[[SharedSession], None],
        listeners: Sequence[Callable[[JournalEntry], None]],
        limit: int,
    ) -> None:
        """Begin without copies.

        Args:
            connection: server that holds the state.
            create: returns a new session of a name.
            on_create: called with each session that is created, also after a reset.
            listeners: called with each exchange of this process after it was stored.
            limit: maximum number of open sessions.
        """
        self.connection = connection
        self.listeners = listeners
        self.limit = limit
        self.on_loss: Callable[[], None] = lambda: None
        self.check: Callable[[], None] = lambda: None
        self._create = create
        self._on_create = on_create
        self._copies: OrderedDict[str, SessionCopy] = OrderedDict()
        self._listed: list[str] = []
        self._open_count = 0

    # --- transactions ---

    async def run(
        self,
        names: Sequence[str],
        step: Callable[[], Awaitable[Result]],
        *,
        refresh: bool = False,
        journal: bool = False,
    ) -> Result:
        """Run a step that uses sessions, and store what it has changed; run it again if another process was faster.

        Args:
            names: names of the sessions.
            step: uses the sessions through the methods of this class, has no other effects, and does not wait.
            refresh: make sure that the copies are up to date, also if nothing is changed.
            journal: load the stored exchanges too.

        Raises:
            StateError: the state cannot be used; then nothing is changed.
        """
        async with AsyncExitStack() as stack:
            copies = [self._copy(name) for name in sorted(set(names))]
            for copy in copies:
                await stack.enter_async_context(copy.lock)
            self.check()  # whoever held the lock may have found out
            for attempt in range(_MAX_ATTEMPTS):
                try:
                    for copy in copies:
                        await self._prepare(copy, refresh=refresh, journal=journal)
                    result = await step()
                    goes_first = attempt >= _PATIENCE
                    stored = [await self._finish(copy, goes_first=goes_first, is_fresh=refresh) for copy in copies]
                except BaseException:
                    for copy in copies:
                        if copy.transaction is not None:
                            copy.transaction = None
                            copy.drop()
                    raise
                if all(stored):
                    return result
        raise StateError(f"the sessions {', '.join(names)} are changed by too many processes at once")

    async def read(self, names: Sequence[str], *, journal: bool = True) -> None:
        """Bring the copies of sessions up to date, to be read without a transaction."""
        for name in names:
            await self.run([name], _nothing, refresh=True, journal=journal)

    async def read_all(self, *, journal: bool = True) -> None:
        """Bring the copies of all sessions up to date, to be read without a transaction."""
        await self.read(await self.all_names(), journal=journal)

    async def all_names(self) -> list[str]:
        """Return the names of all sessions, closed ones first."""
        closed, opened = await self.connection.names()
        self._open_count = len(opened)
        self._listed = [*closed, *opened]
        return self._listed

    def transaction(self, name: str) -> Transaction | None:
        """Return the open transaction of a session, or `None`."""
        copy = self._copies.get(name)
        return copy.transaction if copy is not None else None

    def _copy(self, name: str) -> SessionCopy:
        copy = self._copies.get(name)
        if copy is None:
            copy = self._copies[name] = SessionCopy(name)
            if len(self._copies) > self.limit * 2:
                self._evict()
        self._copies.move_to_end(name)
        return copy

    def _evict(self) -> None:
        """Forget the copy that was used least recently."""
        for name, copy in self._copies.items():
            if not copy.lock.locked() and not copy.lost:
                copy.drop()
                del self._copies[name]
                return

    async def _prepare(self, copy: SessionCopy, *, refresh: bool, journal: bool) -> None:
        """Bring a copy up to date and begin its transaction."""
        if refresh or copy.is_visited or not copy.is_current or self._has_expired(copy):
            missing = await self.connection.pull(copy.name, copy.position if copy.is_current else Position())
            copy.is_visited = missing is not None and copy.is_current
            await self._catch_up(copy, missing or (None if copy.is_current else Missing(Position(), (), b"")))
        if journal and copy.session is not None:
            await self._load_journal(copy)
        if copy.session is None and self._open_count >= self.limit:
            await self.all_names()
        copy.transaction = Transaction()
        if copy.session is not None:
            copy.session.begin(copy.transaction)
        if copy.lost:
            (copy.session or self._make(copy)).lost = copy.lost

    def _has_expired(self, copy: SessionCopy) -> bool:
        return bool(copy.position.id) and self.connection.time.now() >= copy.expires

    async def _is_current(self, copy: SessionCopy) -> bool:
        """Return whether a copy that was only read is up to date; bring it up to date."""
        missing = await self.connection.pull(copy.name, copy.position)
        await self._catch_up(copy, missing)
        return missing is None

    async def _finish(self, copy: SessionCopy, *, goes_first: bool, is_fresh: bool) -> bool:
        """Store the changes of a copy; return whether they are stored.

        Args:
            copy: the copy.
            goes_first: see `Commit`.
            is_fresh: the copy was up to date when the transaction began.
        """
        transaction = copy.transaction
        assert transaction is not None
        if copy.session is not None and copy.session.recorder.transaction is transaction:
            copy.session.finish(transaction.delay)
        if transaction.is_empty:
            self._end(copy)
            return is_fresh or await self._is_current(copy)
        time = copy.session.clock.change_time() if copy.session is not None else self.connection.time.now()
        changes = encode_changes(transaction.changes, time) if transaction.changes else b""
        commit = Commit(changes, [entry for entry, _ in transaction.entries], transaction.restarts, goes_first)
        await self._register(copy, transaction)
        outcome = await self.connection.commit(copy.name, copy.position, commit)
        if isinstance(outcome, Missing) and outcome.changes and token_of(outcome.changes[0]) == commit.token:
            outcome = self._stored_before_others(copy, commit)  # the reply to the first attempt was lost
        if isinstance(outcome, Stored):
            await self._settle(copy, transaction, outcome, time)
            return True
        await self._revert(copy, transaction)
        if isinstance(outcome, Busy):
            await asyncio.sleep(_BUSY_SECONDS)
        else:
            copy.is_visited = True
            await self._catch_up(copy, outcome)
        return False

    def _stored_before_others(self, copy: SessionCopy, commit: Commit) -> Stored:
        return Stored(Position(copy.position.id or commit.token, copy.position.version + 1, commit.token), 0, 0)

    async def _settle(self, copy: SessionCopy, transaction: Transaction, stored: Stored, time: float) -> None:
        copy.position = stored.position
        copy.expires = self.connection.time.now() + self.connection.settings.session_ttl
        copy.resets += transaction.restarts
        copy.lost = ""
        if copy.session is not None:
            copy.session.committed(transaction.changes, time)
        self._end(copy)
        if transaction.restarts and copy.session is None:
            await self.connection.unregister([copy.name])
        for _, entry in transaction.entries:
            for listener in self.listeners:
                listener(entry)
        if stored.log_bytes > max(_LOG_BYTES, stored.snapshot_bytes) and copy.session is not None:
            await self._compact(copy, copy.session)

    async def _revert(self, copy: SessionCopy, transaction: Transaction) -> None:
        if transaction.reversible and copy.session is not None:
            copy.session.roll_back()
            self._end(copy)
        else:
            self._end(copy)
            copy.drop()

    @staticmethod
    def _end(copy: SessionCopy) -> None:
        if copy.session is not None:
            copy.session.end()
        copy.transaction = None

    async def _register(self, copy: SessionCopy, transaction: Transaction) -> None:
        """Add a session that is created, closed or reopened to the lists of sessions, before that is stored."""
        states = [change[0] == CLOSED and change[1] for change in transaction.changes if change[0] in (OPEN, CLOSED)]
        if states:
            await self.connection.register(copy.name, is_closed=states[-1])
            self._open_count += 1  # at least as many as there are, until they are counted

    # --- copies ---

    async def _catch_up(self, copy: SessionCopy, missing: Missing | None) -> None:
        """Apply what a copy misses; `None` if that is nothing."""
        if missing is None or (missing.snapshot is None and not copy.is_current):
            return  # a copy that was dropped is loaded by the next attempt
        copy.is_current = False  # until all of it is applied
        if missing.snapshot is not None:
            if copy.has_lost(missing, self.connection.time.now()):
                self._note_loss(copy)
            copy.drop()
            copy.resets = missing.resets
            copy.expires = 0.0
            if missing.snapshot:
                await self._apply(copy, zlib.decompress(missing.snapshot))
        for change in missing.changes:
            await self._apply(copy, change[TOKEN_LENGTH:])
        copy.position = missing.position
        copy.is_current = True
        if copy.position.id:
            copy.expires = self.connection.time.now() + self.connection.settings.session_ttl

    async def _apply(self, copy: SessionCopy, encoded: bytes) -> None:
        time, changes = decode_changes(encoded)
        if changes[0][0] == OPEN:
            copy.session = self._create(copy.name)
            with copy.session.recorder.silence():
                self._on_create(copy.session)
            changes = changes[1:]
        assert copy.session is not None
        await copy.session.apply(changes, time)

    def _note_loss(self, copy: SessionCopy) -> None:
        moment = datetime.fromtimestamp(self.connection.time.now(), UTC).isoformat(timespec="seconds")
        copy.lost = f"the store has lost exchanges of the session, as was noticed at {moment}"
        log.error("session %s: %s", copy.name, copy.lost)
        self.on_loss()

    async def _compact(self, copy: SessionCopy, session: SharedSession) -> None:
        """Replace the log of a session by a snapshot."""
        changes: list[Change] = [[OPEN], *await session.snapshot(lambda: self._create(copy.name))]
        encoded = encode_changes(changes, session.clock.floor)
        try:
            await self.connection.compact(copy.name, copy.position, zlib.compress(encoded, 1))
        except StateError:
            log.warning("session %s: its log could not be replaced by a snapshot", copy.name)

    async def _load_journal(self, copy: SessionCopy) -> None:
        """Read the stored exchanges that this process has not read yet."""
        assert copy.session is not None
        journal = copy.session.journal
        while journal.loaded < journal.total:
            first, _, entries = await self.connection.read_journal(
                copy.name, copy.position.id, journal.loaded + 1, _JOURNAL_PAGE
            )
            if not entries:
                return
            journal.add_loaded(entries, first)

    def _make(self, copy: SessionCopy) -> SharedSession:
        if self._open_count >= self.limit:
            raise UsageError(f"the limit of {self.limit} sessions is reached: reset some with POST /__admin/reset")
        transaction = copy.transaction
        assert transaction is not None
        session = copy.session = self._create(copy.name)
        session.begin(transaction)
        session.recorder.record([OPEN])
        with session.recorder.silence():
            self._on_create(session)
        return session


async def _nothing() -> None:
    """Change nothing."""
