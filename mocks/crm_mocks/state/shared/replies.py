"""Commits to the server, and its replies about a session."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crm_mocks.state.shared.checksums import verify_checksum
from crm_mocks.state.shared.scripts import TOKEN_LENGTH


@dataclass
class LogPosition:
    """The place in the log that a copy has reached.

    Attributes:
        id: identifies the session between two resets; empty if it has never been stored.
        version: number of changes.
        head: token of the latest change.
    """

    id: str = ""
    version: int = 0
    head: str = ""

    def arguments(self) -> tuple[str, int, str]:
        """Return the position as arguments of a script."""
        return self.id, self.version, self.head


class LoggedChanges(NamedTuple):
    """An entry of the log: the token of a commit, and its changes as bytes."""

    token: str
    content: bytes


@dataclass(frozen=True)
class Missing:
    """The changes that a copy lacks.

    Attributes:
        position: position that the copy reaches with it.
        life: seconds after which the session expires if nobody uses it.
        changes: entries of the log.
        snapshot: what to start from; `None` to continue the copy. Empty for a new session.
        resets: number of resets of the session so far.
        created: when the session was created, in seconds since 1970; 0 if there is none.
    """

    position: LogPosition
    life: float
    changes: Sequence[LoggedChanges]
    snapshot: bytes | None = None
    resets: int = 0
    created: float = 0.0


@dataclass(frozen=True)
class Stored:
    """A commit that was stored.

    Attributes:
        position: position after it.
        log_bytes: size of the log.
        snapshot_bytes: size of the snapshot.
        others_wait: other processes stand in line.
    """

    position: LogPosition
    log_bytes: int
    snapshot_bytes: int
    others_wait: bool = False


@dataclass(frozen=True)
class Busy:
    """Other processes are before this one in the line.

    Attributes:
        place: how many.
    """

    place: int


@dataclass(frozen=True)
class Commit:
    """Changes and exchanges to be stored in one step.

    Attributes:
        changes: the changes as bytes; empty for none.
        entries: exchanges as bytes, whose numbers have no gaps.
        first: number of the first exchange.
        restarts: the session starts anew.
        queues: stand in line after a conflict.
        token: identifies the commit, so that it can be repeated when the reply was lost.
    """

    changes: bytes
    entries: Sequence[bytes] = ()
    first: int = 1
    restarts: bool = False
    queues: bool = False
    token: str = field(default_factory=lambda: secrets.token_hex(TOKEN_LENGTH // 2))


def missing_of(session: str, reply: list[Any]) -> Missing:
    """Return the changes that the copy of a session lacks, from the reply of a script."""
    kind, _, session_id, version, head, life, log, *full = reply
    position, base = LogPosition(session_id.decode(), version, head.decode()), version - len(log)
    changes = [
        LoggedChanges(entry[:TOKEN_LENGTH].decode(), verify_checksum(entry[TOKEN_LENGTH:], session, place))
        for place, entry in enumerate(log, base + 1)
    ]
    if kind == b"behind":
        return Missing(position, life / 1000, changes)
    snapshot, resets, created = full
    if snapshot:
        snapshot = verify_checksum(snapshot, session, base)
    return Missing(position, life / 1000, changes, snapshot, resets, float(created))
