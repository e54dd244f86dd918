"""How steps run on copies: prepare the copies, run the steps, commit; again if another process was faster."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final

from crm_mocks.errors import StateError
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.session_registry import DEFAULT_SESSION
from crm_mocks.state.shared.commits import Commits, end
from crm_mocks.state.shared.connection import StateConnection
from crm_mocks.state.shared.copy_updates import CopyUpdates
from crm_mocks.state.shared.replies import Busy, LogPosition, Missing
from crm_mocks.state.shared.session import SharedSession
from crm_mocks.state.shared.session_copy import SessionCopy
from crm_mocks.state.shared.session_names import SessionNames
from crm_mocks.state.shared.steps import Step
from crm_mocks.state.shared.stored_sessions import StoredSessions
from crm_mocks.state.shared.transaction import Transaction

_MAX_SECONDS: Final = 30.0
"""Time after which a transaction gives up, because other processes always were faster."""

_MAX_BYTES: Final = 1024**2
"""Size of the exchanges of a transaction at which no further step is added."""

_PAUSE_SECONDS: Final = 0.005
"""Pause for each process that is before this one in the line."""

_MAX_PAUSE_SECONDS: Final = 0.1

_NOTHING_STORED: Final = Missing(LogPosition(), 0.0, (), b"")


class TransactionRunner:
    """Runs transactions.

    Attributes:
        check: raises a `StateError` if the state cannot be used at the moment.
    """

    def __init__(
        self,
        connection: StateConnection,
        names: SessionNames,
        updates: CopyUpdates,
        listeners: Sequence[Callable[[JournalEntry], None]],
    ) -> None:
        """See `Commits`."""
        self.check: Callable[[], None] = lambda: None
        self._connection = connection
        self._names = names
        self._stored = StoredSessions(connection)
        self._updates = updates
        self._commits = Commits(connection, names, updates, listeners)

    async def run(
        self,
        copies: Sequence[SessionCopy],
        mine: Step,
        next_steps: Callable[[], list[Step]],
        *,
        refresh: bool = False,
        journal: bool = False,
    ) -> None:
        """Run steps until one of them is done.

        Args:
            copies: copies that they use, whose locks are held.
            mine: the step.
            next_steps: returns this step and those to be stored together with it.
            refresh: make sure that the copies are up to date, also if nothing is changed.
            journal: load the stored exchanges too.
        """
        together: list[Step] = []
        try:
            self.check()  # whoever held the lock may have found out
            await self._repeat(copies, mine, next_steps, together, refresh=refresh, journal=journal)
        except StateError as error:
            for step in next_steps():
                step.fail(error)
        except asyncio.CancelledError:  # the steps may be stored, so nobody must run them again
            for step in filter(lambda step: not step.is_done, together):
                step.fail(StateError("the request was to be stored together with one that was cancelled"))
            raise
        finally:
            for copy in copies:
                copy.abandon()

    async def _repeat(
        self,
        copies: Sequence[SessionCopy],
        mine: Step,
        next_steps: Callable[[], list[Step]],
        together: list[Step],
        *,
        refresh: bool,
        journal: bool,
    ) -> None:
        """Run steps until one of them is done; `together` holds those of the present attempt."""
        until, attempts = time.monotonic() + _MAX_SECONDS, 0
        while not mine.is_done:
            if time.monotonic() > until:
                names = ", ".join(copy.name for copy in copies)
                raise StateError(f"the sessions {names} are changed by too many processes at once")
            busy = await self._prepare_all(copies, attempts, refresh=refresh, journal=journal)
            if busy is None:
                together[:] = next_steps()
                busy = await self._attempt(copies, together, queues=attempts > 0, is_fresh=refresh)
                together.clear()
                attempts += 1
            if busy is not None:
                await asyncio.sleep(min(busy.place * _PAUSE_SECONDS, _MAX_PAUSE_SECONDS))
        if attempts > 1:
            for copy in copies:
                copy.is_visited = True

    def open_session(self, copy: SessionCopy) -> SharedSession:
        """Return a session that does not exist yet.

        Raises:
            UsageError: there are too many.
        """
        if copy.name != DEFAULT_SESSION:
            self._names.check_limit()
        return self._updates.new_session(copy)

    async def _prepare_all(
        self, copies: Sequence[SessionCopy], attempts: int, *, refresh: bool, journal: bool
    ) -> Busy | None:
        """Bring copies up to date and begin their transactions, unless other processes are before this one."""
        for copy in copies:
            if refresh or attempts > 1 or copy.is_visited or not copy.is_current or self._has_expired(copy):
                busy = await self._refresh(copy, stands_aside=not refresh or attempts > 0)
                if busy is not None:
                    for each in copies:
                        end(each)
                    return busy
            await self._begin(copy, journal=journal)
        return None

    async def _refresh(self, copy: SessionCopy, *, stands_aside: bool) -> Busy | None:
        position = copy.position if copy.is_current else LogPosition()
        missing = await self._stored.pull(copy.name, position, stands_aside=stands_aside)
        if isinstance(missing, Busy):
            return missing
        copy.is_visited = missing is not None and copy.is_current
        await self._updates.catch_up(copy, missing or (None if copy.is_current else _NOTHING_STORED))
        return None

    async def _begin(self, copy: SessionCopy, *, journal: bool) -> None:
        """Begin the transaction of a copy that is up to date."""
        if journal and copy.session is not None:
            await self._updates.load_journal(copy)
        if copy.session is None:
            await self._names.count_if_full()
        copy.transaction = Transaction()
        if copy.session is not None:
            copy.session.begin(copy.transaction)
        if copy.lost:
            (copy.session or self.open_session(copy)).lost = copy.lost

    async def _attempt(
        self, copies: Sequence[SessionCopy], steps: Sequence[Step], *, queues: bool, is_fresh: bool
    ) -> Busy | None:
        """Run steps, and commit their changes.

        Args:
            copies: the copies that they use.
            steps: the steps; they are done if the commit succeeds.
            queues: see `Commit`.
            is_fresh: the copies were brought up to date for this attempt.
        """
        ran = await _run_steps(copies, steps)
        if not ran:
            return None
        outcomes = [await self._commits.finish(copy, queues=queues, is_fresh=is_fresh) for copy in copies]
        if all(outcome is True for outcome in outcomes):
            for step in ran:
                step.is_done = True
        return next((outcome for outcome in outcomes if isinstance(outcome, Busy)), None)

    def _has_expired(self, copy: SessionCopy) -> bool:
        return bool(copy.position.id) and self._connection.time.now() >= copy.expires


async def _run_steps(copies: Sequence[SessionCopy], steps: Sequence[Step]) -> list[Step]:
    """Run steps in the transactions of copies; return those that ran, none if one of them failed."""
    ran: list[Step] = []
    for step in steps:
        try:
            await step.run()
        except Exception as error:  # noqa: BLE001  # its caller gets it
            step.fail(error)
            for copy in copies:
                copy.abandon()
            return []  # the others run again without it
        ran.append(step)
        for copy in copies:
            if copy.session is not None and copy.transaction is not None:
                copy.session.end_step()
        if sum(copy.transaction.size for copy in copies if copy.transaction is not None) >= _MAX_BYTES:
            break
        if len(steps) > 1:
            await asyncio.sleep(0)  # other sessions have their turn
    return ran
