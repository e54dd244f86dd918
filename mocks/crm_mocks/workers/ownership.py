"""Which worker a session belongs to."""

from __future__ import annotations

from typing import Final
from zlib import crc32

from crm_mocks.state.session_registry import DEFAULT_SESSION

FIRST: Final = 0
"""The worker that accepts the connections to the server's port, and has the default session."""


def owner_of(session: str, workers: int) -> int:
    """Return the number of the worker that a session belongs to; the same in every process and run.

    Args:
        session: name of the session.
        workers: number of workers.
    """
    return FIRST if session == DEFAULT_SESSION else crc32(session.encode("utf-8", "surrogatepass")) % workers
