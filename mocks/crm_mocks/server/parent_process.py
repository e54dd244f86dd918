"""Exiting together with another process: a server started by a test run must not outlive it."""

from __future__ import annotations

from typing import Final

from crm_mocks.process_status import is_alive

_POLL_SECONDS: Final = 0.5


async def wait_for_exit(pid: int) -> None:
    """Return when a process has exited.

    The process need not be the parent of this one, so the operating system does not report its exit; it is polled twice
    a second.
    """
    import asyncio

    while is_alive(pid):  # noqa: ASYNC110  # there is no event to wait for
        await asyncio.sleep(_POLL_SECONDS)
