"""Messages between workers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class HandedConnection:
    """A connection whose next request belongs to another worker; its file is the socket.

    Attributes:
        target: the worker that the request belongs to.
        home: the worker that accepted the connection, to whose port requests without a named session belong.
        scheme: `http` or `https`.
        server: address and port that the client has connected to.
        client: address and port of the client.
        received: bytes from the beginning of the request that have been read.
    """

    target: int
    home: int
    scheme: str
    server: tuple[str, int | None] | None
    client: tuple[str, int] | None
    received: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function in another worker.

    Attributes:
        target: the worker that is called.
        source: the calling worker.
        number: number of the call in the calling worker; 0 if it does not wait for the result.
        name: name of the function.
        arguments: its arguments.
    """

    target: int
    source: int
    number: int
    name: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """The result of a call.

    Attributes:
        target: the calling worker.
        number: number of the call.
        result: what the function returned.
        error: the exception that it raised, or `None`.
    """

    target: int
    number: int
    result: Any
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The caller no longer waits for a call.

    Attributes:
        target: the worker that was called.
        source: the calling worker.
        number: number of the call.
    """

    target: int
    source: int
    number: int


WorkerMessage = HandedConnection | Call | Returned | Cancelled
