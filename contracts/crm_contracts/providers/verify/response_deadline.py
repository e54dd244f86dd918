"""A time limit for complete responses: `requests` limits only each pause within one."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from typing import Any

from urllib3.connection import HTTPConnection
from urllib3.util.wait import wait_for_read

from crm_mocks.countdown import WAIT_SECONDS, Countdown


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
        self._countdown = None if seconds is None else Countdown(seconds)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._countdown is not None:
            self._wait(self._countdown)
        received: int | None = self._received.readinto(buffer)
        return received

    def _wait(self, countdown: Countdown) -> None:
        """Wait until there is something to read.

        Raises:
            TimeoutError: there is not in time.
        """
        while (left := countdown.left()) > 0:
            decrypted = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()
            if decrypted or wait_for_read(self._socket, min(left, WAIT_SECONDS)):
                self._socket.settimeout(left)
                return
        raise TimeoutError("timed out")

    def close(self) -> None:
        self._received.close()
        super().close()
