"""A time limit for complete responses: `requests` limits only each pause within one."""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any

from urllib3.connection import HTTPConnection


def limit_responses() -> None:
    """Have connections of this process fail if a complete response takes longer than their timeout."""
    setattr(HTTPConnection, "response_class", _TimedResponse)  # noqa: B010  # type checkers reject a plain assignment


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, connected: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(connected, *args, **options)
        self.fp = io.BufferedReader(_TimedReader(connected, self.fp.detach()))


class _TimedReader(io.RawIOBase):
    """Receives from a socket until its timeout after now."""

    def __init__(self, connected: socket.socket, received: Any) -> None:
        self._socket = connected
        self._received = received
        seconds = connected.gettimeout()
        self._deadline = None if seconds is None else time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._deadline is not None:
            remaining = self._deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError("timed out")
            self._socket.settimeout(remaining)
        received: int | None = self._received.readinto(buffer)
        return received

    def close(self) -> None:
        self._received.close()
        super().close()
