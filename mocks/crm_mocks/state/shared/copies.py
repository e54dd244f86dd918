"""The copies of sessions in one process."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from contextvars import ContextVar
from typing import Final, NamedTuple, TypeVar

from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.shared.connection import StateConnection
from crm_mocks.state.shared.copy_updates import CopyUpdates
from crm_mocks.state.shared.session import SharedSession
from crm_mocks.state.shared.session_copy import SessionCopy
from crm_mocks.state.shared.session_names import SessionNames
from crm_mocks.state.shared.steps import Step
from crm_mocks.state.shared.transaction import Transaction
from crm_mocks.state.shared.transaction_runner import TransactionRunner

Result = TypeVar("Result")


class Use(NamedTuple):
    """What a call of `run_fresh` uses.

    Attributes:
        copies: the copies that it has locked.
        reset: names of the sessions that its step has reset, in any of its attempts.
    """

    copies: Sequence[SessionCopy]
    reset: dict[str, None]


_in_use: Final[ContextVar[Use]] = ContextVar("in_use")


class SessionCopies:
    """The copies of sessions.

    Attributes:
        connection: server that holds the state.
        names: names of the sessions on the server.
        updates: brings copies up to date.
        transactions: runs transactions.
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
        self.names = SessionNames(connection, limit)
        self.updates = CopyUpdates(connection, create, on_create)
        self.transactions = TransactionRunner(connection, self.names, self.updates, listeners)
        self._max_copies = limit * 2  # besides those of the sessions that are listed, which are read one after another
        self._copies: OrderedDict[str, SessionCopy] = OrderedDict()
        self._listed: list[str] = []  # all names as found last
        self._reads: dict[tuple[str, bool], asyncio.Task[None]] = {}  # those that have not begun
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, name: str, step: Callable[[], Awaitable[Result]]) -> Result:
        """Run a step that uses a session, and store its changes; run it again if another process was faster.

        Steps that wait for the session at the same time are stored together.

        Args:
            name: name of the session.
            step: uses the session through the methods of this class, has no other effects, and does not wait.

        Raises:
            StateError: the state cannot be used; then nothing is changed.
        """
        copy = self._copy(name)
        mine = Step(step)
        copy.waiting.add(mine)
        try:
            async with copy.lock:
                if not mine.is_done:  # else it was part of the transaction before
                    await self.transactions.run([copy], mine, copy.waiting.next_steps)
        finally:
            copy.waiting.remove(mine)
        result: Result = mine.result
        return result

    async def run_fresh(
        self, names: Sequence[str], step: Callable[[], Awaitable[Result]], *, journal: bool = False
    ) -> Result:
        """Run a step as `run` does, but by itself, and with the present state of all sessions that it uses.

        Args:
            names: names of the sessions.
            step: see `run`.
            journal: load the stored exchanges too.

        Raises:
            StateError: the state cannot be used; then nothing is changed.
        """
        mine = Step(step)
        async with AsyncExitStack() as stack:
            copies = [self._copy(name) for name in sorted(set(names))]
            for copy in copies:
                await stack.enter_async_context(copy.lock)
            token = _in_use.set(Use(copies, {}))
            try:
                await self.transactions.run(copies, mine, lambda: [mine], refresh=True, journal=journal)
            finally:
                _in_use.reset(token)
        result: Result = mine.result
        return result

    async def read(self, names: Sequence[str], *, journal: bool = True, age: float = 0.0) -> None:
        """Bring the copies of sessions up to date, to be read without a transaction.

        Those who ask before a reading has begun share it.

        Args:
            names: names of the sessions.
            journal: load the stored exchanges too.
            age: a copy whose journal was read less than so many seconds ago is left as it is.

        Raises:
            StateError: the state cannot be used.
        """
        for name in names:
            read_at = self._copy(name).read_at
            if asyncio.get_running_loop().time() - read_at >= age:
                await self._read(name, journal=journal)

    async def read_all(self, *, journal: bool = True, age: float = 0.0) -> None:
        """Bring the copies of all sessions up to date; see `read`."""
        await self.read(await self.all_names(), journal=journal, age=age)

    async def _read(self, name: str, *, journal: bool) -> None:
        """Take part in a reading that has not begun, or begin one, which goes on if the caller is cancelled."""
        task = self._reads.get((name, journal))
        if task is None or task.done():  # one that was cancelled before it ran is still there
            task = self._reads[name, journal] = asyncio.create_task(self._read_now(name, journal=journal))
            self._tasks.add(task)
            task.add_done_callback(self._end_reading)
        await asyncio.wait((task,))  # unlike `shield`, does not log an error that nobody waits for
        task.result()

    def _end_reading(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # raised where somebody still waits

    async def _read_now(self, name: str, *, journal: bool) -> None:
        """Read when the copy is free. A reading has begun then: who asks later begins another one."""
        copy, mine = self._copy(name), Step(_nothing)
        try:
            await copy.lock.acquire()
        finally:
            del self._reads[name, journal]
        try:
            began = asyncio.get_running_loop().time()
            await self.transactions.run([copy], mine, lambda: [mine], refresh=True, journal=journal)
            if journal:
                copy.read_at = began
        finally:
            copy.lock.release()
        _ = mine.result  # or its error

    async def all_names(self) -> list[str]:
        """Return the names of all sessions, closed ones first."""
        self._listed = await self.names.all()
        return self._listed

    def transaction(self, name: str) -> Transaction | None:
        """Return the open transaction of a session, or `None`."""
        copy = self._copies.get(name)
        return copy.transaction if copy is not None else None

    def _use(self) -> Use:
        """Return what the current call of `run_fresh` uses."""
        return _in_use.get(Use((), {}))

    def _copy(self, name: str) -> SessionCopy:
        copy = self._copies.get(name)
        if copy is None:
            if len(self._copies) >= self._max_copies + len(self._listed):
                self._evict()
            copy = self._copies[name] = SessionCopy(name)
        self._copies.move_to_end(name)
        return copy

    def _evict(self) -> None:
        """Forget the copy that was used least recently."""
        for name, copy in self._copies.items():
            if not copy.lock.locked() and not copy.lost and not copy.waiting:
                copy.drop()
                del self._copies[name]
                return


async def _nothing() -> None:
    """Change nothing."""
