"""Flow control of a connection: reading pauses while requests wait, writing while the client does not read."""

from __future__ import annotations

import asyncio
from typing import Final

HIGH_WATER_LIMIT: Final = 64 * 1024
"""Size in bytes of an unread request body from which on reading pauses."""


class FlowControl:
    """Pauses and resumes reading, and waits while writing is paused.

    Attributes:
        read_paused: nothing is read from the client.
        write_paused: the client does not read what was written so far.
        is_held: reading stays paused, since what was read has not been parsed.
        awaits_room: reading stays paused, since there is no room for the body.
    """

    __slots__ = ("_transport", "_writable", "awaits_room", "is_held", "read_paused", "write_paused")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._writable: asyncio.Event | None = None
        self.read_paused = False
        self.write_paused = False
        self.is_held = False
        self.awaits_room = False

    async def drain(self) -> None:
        """Wait until the client has read enough."""
        if self._writable is not None:
            await self._writable.wait()

    def pause_reading(self) -> None:
        """Read nothing from the client."""
        if not self.read_paused:
            self.read_paused = True
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read from the client again, unless reading stays paused."""
        if self.read_paused and not self.is_held and not self.awaits_room:
            self.read_paused = False
            self._transport.resume_reading()

    def pause_writing(self) -> None:
        """Let `drain` wait."""
        if self._writable is None:
            self._writable = asyncio.Event()
            self.write_paused = True

    def resume_writing(self) -> None:
        """End the waiting of `drain`."""
        if self._writable is not None:
            self._writable.set()
            self._writable = None
            self.write_paused = False
