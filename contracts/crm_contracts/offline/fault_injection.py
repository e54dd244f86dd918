"""Connection faults in memory, with the same bytes as over a socket."""

from __future__ import annotations

import asyncio
import errno
import os
from random import Random
from typing import Any, Final

from crm_contracts.offline.bridge import PipedResponse
from crm_contracts.offline.byte_pipe import BytePipe
from crm_mocks.faults import DEFAULT_DELAY_MS, Fault
from crm_mocks.server.fault_sequence import Head, inject_fault

_SECONDS: Final = 1.0
"""Seconds that a fault takes if the test has not chosen its duration, so that suites stay fast."""


class WireFaultInjector:
    """Injects faults into one response; implements `crm_mocks.asgi.transport.FaultInjector`."""

    def __init__(self, response: PipedResponse) -> None:
        self._response = response

    @property
    def _pipe(self) -> BytePipe:
        return self._response.pipe

    async def delay(self, seconds: float) -> None:
        """Wait before responding; stop waiting when the client has gone."""
        loop = asyncio.get_running_loop()
        over = loop.create_future()

        def finish() -> None:
            if not over.done():
                over.set_result(None)

        timer = loop.call_later(seconds, finish)

        def stop_waiting() -> None:
            loop.call_soon_threadsafe(finish)

        self._pipe.on_close(stop_waiting)
        await over
        timer.cancel()

    async def inject(self, fault: Fault, head: Head, body: bytes, *, seconds: float, random: Random) -> None:
        """Respond with a fault."""
        if seconds * 1000 == DEFAULT_DELAY_MS.get(fault):
            if fault is Fault.TIMEOUT:
                self._pipe.max_wait = _SECONDS
            else:
                seconds = _SECONDS
        await inject_fault(self, fault, head, body, seconds=seconds, random=random)

    # --- see `FaultyConnection` ---

    async def wait(self, seconds: float) -> bool:
        """Wait; return `True` if the client has gone."""
        await self.delay(seconds)
        return self._pipe.is_closed

    async def send(self, message: Any) -> None:
        """Send an ASGI message."""
        await self._response.send(message)

    def write(self, data: bytes) -> None:
        """Write bytes that need not be HTTP."""
        self._pipe.write(data)

    def reset(self) -> None:
        """Reset the connection."""
        self._pipe.end(ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)))

    async def close(self) -> None:
        """Close the connection."""
        self._pipe.end()
