"""Messages between two processes over a socket, each with or without an open file."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import Final

_HEAD: Final = struct.Struct("!IB")
"""Length of the message in bytes, and whether a file comes with it."""

_RECEIVED_BYTES: Final = 65_536
_MAX_FILES: Final = 64
"""Maximum number of files received at once."""


class WorkerChannel:
    """One end of a connected stream socket of the family `AF_UNIX`.

    Messages arrive in order. Sending never blocks: what the socket does not take yet is queued.
    """

    def __init__(self, connection: socket.socket) -> None:
        """Take over a socket.

        Args:
            connection: the socket; closed by `close`.
        """
        connection.setblocking(False)  # noqa: FBT003  # positional-only parameter
        self._socket = connection
        self._unsent: deque[tuple[memoryview, int | None]] = deque()
        self._received = bytearray()
        self._files: deque[int | None] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._on_message: Callable[[bytes, int | None], None] = lambda _message, _file: None
        self._on_lost: Callable[[], None] = lambda: None

    def open(self, on_message: Callable[[bytes, int | None], None], on_lost: Callable[[], None]) -> None:
        """Begin to receive on the running event loop.

        Args:
            on_message: called with each message and the descriptor of its file, which it must close; `None` also for a
                file for which this process had no descriptor left.
            on_lost: called once when the other process has gone.
        """
        self._on_message, self._on_lost = on_message, on_lost
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket.fileno(), self._receive)
        self._flush()

    def close(self) -> None:
        """Close the channel, and the files that were not delivered."""
        if self._loop is not None and not self._loop.is_closed() and self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket.fileno())
            self._loop.remove_writer(self._socket.fileno())
        self._socket.close()
        for file in (*self._files, *(file for _, file in self._unsent)):
            if file is not None:
                os.close(file)
        self._files.clear()
        self._unsent.clear()

    def send(self, message: bytes, file: int | None = None) -> None:
        """Send a message.

        Args:
            message: the message.
            file: descriptor of an open file for the other process; closed here.
        """
        if self._socket.fileno() < 0:
            if file is not None:
                os.close(file)
            return
        self._unsent.append((memoryview(_HEAD.pack(len(message), file is not None) + message), file))
        if len(self._unsent) == 1 and self._loop is not None:
            self._flush()

    def _flush(self) -> None:
        assert self._loop is not None
        while self._unsent:
            data, file = self._unsent[0]
            try:
                sent = self._socket.send(data) if file is None else socket.send_fds(self._socket, [data], [file])
            except BlockingIOError:
                self._loop.add_writer(self._socket.fileno(), self._flush)
                return
            except OSError:
                self._lose()
                return
            if file is not None:
                os.close(file)
            if sent == len(data):
                self._unsent.popleft()
            else:
                self._unsent[0] = (data[sent:], None)
        self._loop.remove_writer(self._socket.fileno())

    def _receive(self) -> None:
        try:
            data, files, flags, _ = socket.recv_fds(self._socket, _RECEIVED_BYTES, _MAX_FILES)
        except BlockingIOError:
            return
        except OSError:
            data, files, flags = b"", [], 0
        for file in files:
            os.set_inheritable(file, False)  # noqa: FBT003  # positional-only parameter
        self._files += files
        if flags & socket.MSG_CTRUNC:
            self._files.append(
                None
            )  # each message has one file at most, and the system does not merge messages with files
        if not data:
            self._lose()
            return
        self._received += data
        self._deliver()

    def _deliver(self) -> None:
        position = 0
        while len(self._received) - position >= _HEAD.size:
            length, has_file = _HEAD.unpack_from(self._received, position)
            end = position + _HEAD.size + length
            if len(self._received) < end:
                break
            message = bytes(self._received[position + _HEAD.size : end])
            position = end
            self._on_message(message, self._files.popleft() if has_file else None)
        del self._received[:position]

    def _lose(self) -> None:
        self.close()
        on_lost, self._on_lost = self._on_lost, lambda: None
        on_lost()


def channel_pair() -> tuple[WorkerChannel, WorkerChannel]:
    """Return both ends of a new channel, one for each of two processes."""
    one, other = socket.socketpair()
    return WorkerChannel(one), WorkerChannel(other)
