"""Sessions on the server: loading and changing them, and reading their journals."""

from __future__ import annotations

from typing import Any

from crm_mocks.state.shared.announcements import channel
from crm_mocks.state.shared.checksums import add_checksum, verify_checksum
from crm_mocks.state.shared.connection import StateConnection
from crm_mocks.state.shared.replies import Busy, Commit, LogPosition, Missing, Stored, missing_of
from crm_mocks.state.shared.scripts import COMMIT, COMPACT, PULL, READ_JOURNAL


class StoredSessions:
    """The sessions as the server holds them."""

    def __init__(self, connection: StateConnection) -> None:
        self._connection = connection
        self._ttl = int(connection.settings.session_ttl * 1000)

    async def pull(self, session: str, position: LogPosition, *, stands_aside: bool) -> Missing | Busy | None:
        """Return the changes that a copy lacks; `None` if there are none.

        Args:
            session: name of the session.
            position: position of the copy.
            stands_aside: wait in line if other processes do.

        Returns:
            `Busy` while others are before this process in the line.
        """
        reply = await self._connection.run_timed(
            PULL, self._keys(session), *position.arguments(), self._connection.process, int(stands_aside)
        )
        if reply[0] == b"busy":
            return Busy(reply[2])
        return None if reply[0] == b"current" else self._missing(session, reply)

    async def commit(self, session: str, position: LogPosition, commit: Commit) -> Stored | Missing | Busy:
        """Store a commit if the copy is up to date; otherwise return the changes that it lacks."""
        connection = self._connection
        is_new = commit.restarts or not position.id
        place = 1 if is_new else position.version + 1
        reply = await connection.run_timed(
            COMMIT,
            self._keys(session),
            *position.arguments(),
            commit.token,
            self._ttl,
            int(commit.restarts),
            add_checksum(commit.changes, session, place) if commit.changes else b"",
            connection.process,
            int(commit.queues),
            connection.settings.journal_bytes,
            channel(connection, session),
            *(add_checksum(entry, session, number) for number, entry in enumerate(commit.entries, commit.first)),
        )
        if reply[0] == b"busy":
            return Busy(reply[2])
        if reply[0] != b"stored":
            return self._missing(session, reply)
        with connection.reading(f"the session {session}"):
            version, log_bytes, snapshot_bytes, waiting = reply[2:6]
        known = commit.token if is_new else position.id
        reached = LogPosition(known, version, commit.token if version else "")
        return Stored(reached, log_bytes, snapshot_bytes, others_wait=bool(waiting))

    async def compact(self, session: str, position: LogPosition, snapshot: bytes) -> None:
        """Replace the log of a session by a snapshot, unless another process has changed it."""
        content = add_checksum(snapshot, session, position.version)
        await self._connection.run(COMPACT, self._keys(session), *position.arguments(), content, self._ttl)

    async def read_journal(self, session: str, session_id: str, first: int, count: int) -> tuple[int, int, list[bytes]]:
        """Return stored exchanges.

        Args:
            session: name of the session.
            session_id: `LogPosition.id` of the copy.
            first: number of the first one wanted; older ones than the server has are left out.
            count: how many at most.

        Returns:
            The number of the first one, the number of the latest one that is stored, and the exchanges.

        Raises:
            StateError: the state cannot be used, or has exchanges that crm-mocks has not written.
        """
        found, total, entries = await self._connection.run(READ_JOURNAL, self._keys(session), session_id, first, count)
        with self._connection.reading(f"the journal of the session {session}"):
            return (
                found,
                total,
                [verify_checksum(entry, session, number) for number, entry in enumerate(entries, found)],
            )

    def _missing(self, session: str, reply: list[Any]) -> Missing:
        with self._connection.reading(f"the session {session}"):
            return missing_of(session, reply)

    def _keys(self, session: str) -> tuple[str, ...]:
        return tuple(self._connection.session_key(session, name) for name in ("meta", "log", "snapshot", "journal"))
