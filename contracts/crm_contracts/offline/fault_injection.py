"""Connection faults in memory, with the same bytes as over a socket."""

from __future__ import annotations

import asyncio
import errno
import os
from random import Random
from typing import Final

from crm_contracts.offline.bridge import PipedResponse
from crm_contracts.offline.byte_pipe import BytePipe
from crm_mocks.faults import DEFAULT_DELAY_MS, Fault
from crm_mocks.server.fault_injection import Head, fault_bytes, slow_pieces

_PATIENCE: Final = 1.0
"""Seconds that a fault takes whose duration the test has not chosen, so that suites stay fast."""


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
        is_default = seconds * 1000 == DEFAULT_DELAY_MS.get(fault)
        if fault is Fault.SLOW_BODY:
            await self._send_slowly(head, body, _PATIENCE if is_default else seconds)
            return
        if fault is Fault.CONNECTION_RESET_BY_PEER:
            self._pipe.end(ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)))
            return
        if fault is Fault.TIMEOUT:
            self._pipe.patience = _PATIENCE if is_default else None
            await self.delay(seconds)
        self._pipe.write(fault_bytes(fault, head, body, random))
        self._pipe.end()

    async def _send_slowly(self, head: Head, body: bytes, seconds: float) -> None:
        status, headers = head
        raw_headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
        await self._response.send({"type": "http.response.start", "status": status, "headers": raw_headers})
        pieces = list(slow_pieces(body, seconds)) or [b""]
        for piece in pieces:
            await self.delay(seconds / len(pieces))
            await self._response.send({"type": "http.response.body", "body": piece, "more_body": True})
        await self._response.send({"type": "http.response.body", "body": b""})
