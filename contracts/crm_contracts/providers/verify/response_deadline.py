"""A time limit for complete responses: `requests` limits only each pause within one."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from typing import Any, Final

from urllib3.connection import HTTPConnection
from urllib3.util.wait import wait_for_read

from crm_mocks.countdown import WAIT_SECONDS, Countdown

_MAX_INTERIM: Final = 100
"""Number of interim responses (RFC 9110, section 15.2) before a final one; clients must read them."""


def limit_responses() -> None:
    """Have connections of this process fail if a complete response takes longer than their timeout."""
    setattr(HTTPConnection, "response_class", _TimedResponse)  # noqa: B010  # type checkers reject a plain assignment


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, connected: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(connected, *args, **options)
        self.fp = io.BufferedReader(_TimedReader(connected, self.fp.detach()))

    def _read_status(self) -> tuple[str, int, str]:
        """Return the status line of the final response; Python passes over no interim ones but 100.

        Raises:
            HTTPException: there is no end of interim responses.
        """
        for _ in range(_MAX_INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc]  # not in the stubs
            if not 100 <= status < 200 or status == http.client.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException(f"more than {_MAX_INTERIM} interim responses (1xx)")


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
