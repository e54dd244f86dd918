"""The sessions that several processes share: copies, transactions, and the search for what was lost."""

from __future__ import annotations

import asyncio
import logging
import secrets
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from crm_mocks.errors import StateError, UsageError
from crm_mocks.settings import Settings
from crm_mocks.state.journal_budget import JournalBudget
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.records import RecordKind
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Seeder, Session
from crm_mocks.state.session_registry import SESSION_NAME
from crm_mocks.state.shared.changes import decode_changes, encode_changes
from crm_mocks.state.shared.connection import Busy, Commit, Missing, Position, StateConnection, Stored
from crm_mocks.state.shared.scripts import TOKEN_LENGTH
from crm_mocks.state.shared.session import CLOSED, SharedSession
from crm_mocks.state.shared.shared_kinds import shared_kinds
from crm_mocks.state.shared.transaction import Change, Transaction

Result = TypeVar("Result")
log = logging.getLogger("crm_mocks")

OPEN: Final = "open"
"""The change that creates a session."""

_LOG_BYTES: Final = 256 * 1024
"""Minimum size of a log that is replaced by a snapshot; beyond that, when it is larger than the snapshot."""

_PATIENCE: Final = 3
"""Number of conflicts after which a process asks the others to wait."""

_MAX_ATTEMPTS: Final = 100
_BUSY_SECONDS: Final = 0.003
_JOURNAL_PAGE: Final = 500


class _Copy:
    """A session as this process knows it.

    Attributes:
        session: the session; `None` if it does not exist, or has been reset.
        position: place in the log that has been reached.
        lock: held by the transaction in progress.
        is_current: the copy has not been dropped since it was made.
        is_visited: other processes have changed the session lately.
        resets: number of resets so far.
        expires: when the session expires if nobody uses it, by the server's time.
        lost: what the store has lost of the session, to be recorded.
        transaction: the open transaction, or `None`.
    """

    __slots__ = (
        "expires", "is_current", "is_visited", "lock", "lost", "name", "position", "resets", "session", "transaction",
    )  # fmt: skip

    def __init__(self, name: str) -> None:
        self.name = name
        self.session: SharedSession | None = None
        self.position = Position()
        self.lock = asyncio.Lock()
        self.is_current = False
        self.is_visited = False
        self.resets = 0
        self.expires = 0.0
        self.lost = ""
        self.transaction: Transaction | None = None

    def drop(self) -> None:
        """Forget the session: the next transaction loads it again."""
        if self.session is not None:
            self.session.end()
            self.session.journal.close()
        self.session = None
        self.is_current = False


class SharedSessions:
    """All sessions, by name; the interface of `SessionRegistry` for use within transactions.

    Attributes:
        settings: settings of a new session.
        listeners: called with each exchange of this process after it was stored.
        on_loss: called when the store has lost something.
        check: raises a `StateError` if the state cannot be used at the moment.
        process: number that differs from process to process.
    """

    def __init__(  # noqa: PLR0913  # each is an option of its own, all by keyword
        self,
        connection: StateConnection,
        *,
        seed: int,
        now: datetime | None,
        settings: Settings,
        kinds: Mapping[str, Mapping[str, RecordKind]],
        seeder: Seeder,
        on_create: Callable[[Session], None],
        listeners: Sequence[Callable[[JournalEntry], None]],
        limit: int,
        records_cap: int,
        budget: JournalBudget,
    ) -> None:
        """Create a registry without copies; the arguments are those of `SessionRegistry`, and the attributes."""
        self.connection = connection
        self.seed = seed
        self.now = now
        self.settings = settings
        self.listeners = listeners
        self.limit = limit
        self._records_cap = records_cap
        self._budget = budget
        self._kinds = shared_kinds(kinds)
        self._seeder = seeder
        self._on_create = on_create
        self._copies: OrderedDict[str, _Copy] = OrderedDict()
        self.on_loss: Callable[[], None] = lambda: None
        self.check: Callable[[], None] = lambda: None
        self._listed: list[str] = []
        self._reserved = ""
        self._open_count = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.process = secrets.randbits(31)

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
                for copy in copies:
                    await self._prepare(copy, refresh=refresh, journal=journal)
                try:
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

    def _copy(self, name: str) -> _Copy:
        copy = self._copies.get(name)
        if copy is None:
            copy = self._copies[name] = _Copy(name)
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

    async def _prepare(self, copy: _Copy, *, refresh: bool, journal: bool) -> None:
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

    def _has_expired(self, copy: _Copy) -> bool:
        return bool(copy.position.id) and self.connection.time.now() >= copy.expires

    async def _is_current(self, copy: _Copy) -> bool:
        """Return whether a copy that was only read is up to date; bring it up to date."""
        missing = await self.connection.pull(copy.name, copy.position)
        await self._catch_up(copy, missing)
        return missing is None

    async def _finish(self, copy: _Copy, *, goes_first: bool, is_fresh: bool) -> bool:
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
        if isinstance(outcome, Missing) and outcome.changes and _token(outcome.changes[0]) == commit.token:
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

    def _stored_before_others(self, copy: _Copy, commit: Commit) -> Stored:
        return Stored(Position(copy.position.id or commit.token, copy.position.version + 1, commit.token), 0, 0)

    async def _settle(self, copy: _Copy, transaction: Transaction, stored: Stored, time: float) -> None:
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

    async def _revert(self, copy: _Copy, transaction: Transaction) -> None:
        if transaction.reversible and copy.session is not None:
            copy.session.roll_back()
            self._end(copy)
        else:
            self._end(copy)
            copy.drop()

    @staticmethod
    def _end(copy: _Copy) -> None:
        if copy.session is not None:
            copy.session.end()
        copy.transaction = None

    async def _register(self, copy: _Copy, transaction: Transaction) -> None:
        """Add a session that is created, closed or reopened to the lists of sessions, before that is stored."""
        states = [change[0] == CLOSED and change[1] for change in transaction.changes if change[0] in (OPEN, CLOSED)]
        if states:
            await self.connection.register(copy.name, is_closed=states[-1])
            self._open_count += 1  # at least as many as there are, until they are counted

    def later(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something in the background; a state that cannot be used then is reported elsewhere."""

        async def quietly() -> None:
            with suppress(StateError):
                await work

        task = asyncio.get_running_loop().create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Wait for what is done in the background."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self.connection.settings.command_seconds)

    def note_loss_of_all(self) -> None:
        """Look for what was lost of all sessions that this process knows, since the store has lost its data."""
        names = [copy.name for copy in self._copies.values() if copy.position.version]
        self.later(self.read(names, journal=False))

    # --- copies ---

    async def _catch_up(self, copy: _Copy, missing: Missing | None) -> None:
        """Apply what a copy misses; `None` if that is nothing."""
        if missing is None or (missing.snapshot is None and not copy.is_current):
            return  # a copy that was dropped is loaded by the next attempt
        if missing.snapshot is not None:
            if self._is_lost(copy, missing):
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

    async def _apply(self, copy: _Copy, encoded: bytes) -> None:
        time, changes = decode_changes(encoded)
        if changes[0][0] == OPEN:
            copy.session = self._new_session(copy.name)
            with copy.session.recorder.silence():
                self._on_create(copy.session)
            changes = changes[1:]
        assert copy.session is not None
        await copy.session.apply(changes, time)

    def _is_lost(self, copy: _Copy, found: Missing) -> bool:
        """Return whether a stored session is not the continuation of what this process has seen.

        A reset and the end of its life explain a session that is gone. Nothing explains a version that is lower, or
        another change where this process has seen one.
        """
        known, position = copy.position, found.position
        if not known.version:
            return False
        if position.id != known.id:
            is_explained = found.resets > copy.resets or (found.created or self.connection.time.now()) >= copy.expires
            return not is_explained
        place = known.version - (position.version - len(found.changes)) - 1
        return place >= len(found.changes) or (place >= 0 and _token(found.changes[place]) != known.head)

    def _note_loss(self, copy: _Copy) -> None:
        moment = datetime.fromtimestamp(self.connection.time.now(), UTC).isoformat(timespec="seconds")
        copy.lost = f"the store has lost exchanges of the session, as was noticed at {moment}"
        log.error("session %s: %s", copy.name, copy.lost)
        self.on_loss()

    def _new_session(self, name: str) -> SharedSession:
        return SharedSession(
            name,
            self.settings,
            SeededValues(self.seed, name),
            self._kinds,
            self._seeder,
            now=self.now,
            time=self.connection.time,
            budget=self._budget,
            records_cap=self._records_cap,
            lease_seconds=self.connection.settings.lease_seconds,
        )

    async def _compact(self, copy: _Copy, session: SharedSession) -> None:
        """Replace the log of a session by a snapshot."""
        changes: list[Change] = [[OPEN], *await session.snapshot(lambda: self._new_session(copy.name))]
        encoded = encode_changes(changes, session.clock.floor)
        try:
            await self.connection.compact(copy.name, copy.position, zlib.compress(encoded, 1))
        except StateError:
            log.warning("session %s: its log could not be replaced by a snapshot", copy.name)

    async def _load_journal(self, copy: _Copy) -> None:
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

    # --- the interface of SessionRegistry ---

    def get(self, name: str) -> SharedSession:
        """Return the session with that name, creating or reopening it if necessary.

        Raises:
            UsageError: the name is invalid, or there are too many sessions.
        """
        if not SESSION_NAME.fullmatch(name):
            raise UsageError("a session name must be 1 to 100 letters, digits, dots, hyphens or underscores")
        copy = self._copies.get(name)
        if copy is None or copy.transaction is None:
            raise RuntimeError(f"the session {name} is not part of a transaction")
        if copy.session is None:
            return self._make(copy)
        if copy.session.is_closed:
            copy.session.set_closed(False)
        return copy.session

    def _make(self, copy: _Copy) -> SharedSession:
        if self._open_count >= self.limit:
            raise UsageError(f"the limit of {self.limit} sessions is reached: reset some with POST /__admin/reset")
        transaction = copy.transaction
        assert transaction is not None
        session = copy.session = self._new_session(copy.name)
        session.begin(transaction)
        session.recorder.record([OPEN])
        with session.recorder.silence():
            self._on_create(session)
        return session

    def find(self, name: str) -> SharedSession | None:
        """Return the session if it has been used, even if it is closed; otherwise `None`."""
        copy = self._copies.get(name)
        return copy.session if copy is not None else None

    def name_at_port(self, _port: int) -> str | None:
        """Return `None`: a port belongs to one process, so sessions have none."""
        return None

    def close(self, name: str) -> SharedSession | None:
        """See `SessionRegistry.close`."""
        session = self.find(name)
        if session is not None and not session.is_closed:
            session.drop_records()
            session.set_closed(True)
        return session

    async def reserve_name(self) -> str:
        """Return an unused session name, which `unused_name` returns next."""
        while True:
            name = f"session-{await self.connection.next_number()}"
            await self.read([name], journal=False)
            if self.find(name) is None:
                self._reserved = name
                return name

    def unused_name(self) -> str:
        """Return the name that was reserved for this transaction."""
        return self._reserved

    def reset(self, name: str | None = None) -> None:
        """Reset one session, or all; allowed mistakes are kept."""
        for copy in list(self._copies.values()):
            if copy.session is not None and name in (None, copy.name):
                transaction, allowed = copy.transaction, copy.session.allowed
                if transaction is None:
                    raise RuntimeError(f"the session {copy.name} is not part of a transaction")
                transaction.restart()
                copy.session.end()
                copy.session.journal.close()
                copy.session = None
                if allowed:
                    self._make(copy).allowed = allowed

    def __iter__(self) -> Iterator[SharedSession]:
        in_use = [name for name, copy in self._copies.items() if copy.transaction is not None]
        names = dict.fromkeys([*self._listed, *in_use])  # copies of others may be out of date
        known = [session for name in names if (session := self.find(name)) is not None]
        return iter(sorted(known, key=lambda session: not session.is_closed))


async def _nothing() -> None:
    """Change nothing."""


def _token(change: bytes) -> str:
    return change[:TOKEN_LENGTH].decode()
