"""A time limit for the head of a response: `requests` limits only each pause within it."""

from __future__ import annotations

import http.client
import socket
import threading
from contextlib import suppress
from typing import Any, Final

from urllib3.connection import HTTPConnection

_getresponse: Final = HTTPConnection.getresponse


def limit_heads() -> None:
    """Have connections of this process fail if the head of a response takes longer than their timeout."""
    setattr(HTTPConnection, "getresponse", _response_in_time)  # noqa: B010  # type checkers reject a plain assignment


def _response_in_time(connection: Any) -> Any:
    """Return the response of a connection, whose socket is shut down if its head is late."""
    late = threading.Event()
    connected = connection.sock  # which the connection gives away with the head

    def end() -> None:
        late.set()
        with suppress(OSError):
            socket.socket.shutdown(connected, socket.SHUT_RDWR)  # of TLS too, without its farewell

    timer = threading.Timer(connection.timeout, end)
    timer.daemon = True
    timer.start()
    response: Any = None
    try:
        response = _getresponse(connection)  # which takes the end of the connection for that of the head
    except (OSError, http.client.HTTPException):
        if not late.is_set():
            raise
    finally:
        timer.cancel()
    if late.is_set():
        if response is not None:
            response.close()
        connection.close()
        raise TimeoutError("timed out")
    return response
