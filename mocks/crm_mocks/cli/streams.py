"""Standard streams that never fail: whatever the terminal, pipe or disk behind them, a command does its work."""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, TextIO

import click

from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.cli.stopping import is_stopping
from crm_mocks.outside_text import one_line

_STANDARD: Final = range(3)
_MAX_COLUMNS: Final = 100
_STOPPING_SECONDS: Final = 0.1
"""How long a command that is stopping waits for whoever reads its output."""

_COLUMNS: Final = 80
"""Columns of a terminal that does not say how wide it is."""


class _Descriptor(io.FileIO):
    """A file descriptor whose writes never raise.

    Attributes:
        failure: why output was lost; `None` if nothing was lost, or if the reader closed the pipe.
        optional: lost output is no failure.
    """

    optional = False

    def __init__(self, number: int, closed: OSError | None) -> None:
        super().__init__(number, "w", closefd=False)
        self.failure: OSError | None = None
        self._broken = closed

    def write(self, data: object) -> int:
        """Write bytes, or discard them after a failure."""
        size = memoryview(data).nbytes  # type: ignore[arg-type]  # a buffer, which has no type before Python 3.12
        if self._broken is None:
            try:
                while (written := super().write(self._next(data))) is None:
                    select.select([], [self], [])  # a command that shares the pipe has made it non-blocking
            except OSError as error:
                self._broken = error
            else:
                return written
        if self._broken.errno != errno.EPIPE and not self.optional:
            self.failure = self._broken
        return size

    def _next(self, data: object) -> memoryview:
        """Return the bytes to write next; when the command is stopping, as many as the pipe has room for.

        Raises:
            BrokenPipeError: the command is stopping, and nobody reads.
        """
        view = memoryview(data).cast("B")  # type: ignore[arg-type]  # as above
        if not is_stopping() or os.name != "posix":
            return view
        if not select.select([], [self], [], _STOPPING_SECONDS)[1]:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        return view[: select.PIPE_BUF]


class _Text(io.TextIOWrapper):
    """Text output to a descriptor that replaces characters which the encoding lacks."""

    def __init__(self, descriptor: _Descriptor, encoding: str, *, line_buffering: bool) -> None:
        super().__init__(io.BufferedWriter(descriptor), encoding, "replace", line_buffering=line_buffering)
        self.descriptor = descriptor

    @property
    def encoding(self) -> str:  # type: ignore[override]  # as in io, where nobody can write it either
        """Name of the encoding; click would write UTF-8 to a stream that calls itself ASCII."""
        name = super().encoding
        return f"{name}, replacing" if name.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968") else name


class StandardStreams:
    """The standard streams of a command."""

    def __init__(self) -> None:
        self._original: tuple[TextIO | None, TextIO | None] = (sys.stdout, sys.stderr)

    def open(self) -> None:
        """Open descriptors that are closed, and replace `sys.stdout` and `sys.stderr` by streams that never fail."""
        closed = _open_descriptors()
        if sys.stdin is None:
            sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # stays open
        sys.stdout = _safe(sys.stdout, 1, closed.get(1))
        sys.stderr = _safe(sys.stderr, 2, closed.get(2))

    def close(self) -> None:
        """Restore the streams."""
        for stream in (sys.stdout, sys.stderr):
            with suppress(ValueError, OSError):
                stream.flush()
        sys.stdout, sys.stderr = self._original

    @property
    def failure(self) -> str:
        """Why output to stdout was lost, or an empty string. A reader that closed the pipe is no failure."""
        with suppress(ValueError, OSError):
            sys.stdout.flush()
        failure = sys.stdout.descriptor.failure if isinstance(sys.stdout, _Text) else None
        return "" if failure is None else failure.strerror or str(failure)


@contextmanager
def standard_streams() -> Iterator[StandardStreams]:
    """Make the standard streams of a command safe while the `with` block runs."""
    streams = StandardStreams()
    streams.open()
    try:
        yield streams
    finally:
        streams.close()


def ignore_lost_output() -> None:
    """Do not fail if output to stdout is lost from here on: for servers, whose work is not their output."""
    if isinstance(sys.stdout, _Text):
        sys.stdout.descriptor.optional = True


def terminal_width(stream: TextIO) -> int:
    """Return the number of columns of a terminal, or the value of COLUMNS."""
    columns = parse_digits(os.environ.get("COLUMNS", ""))
    if columns:
        return columns
    with suppress(OSError, ValueError):
        return os.get_terminal_size(stream.fileno()).columns or _COLUMNS
    return _COLUMNS


def text_width() -> int:
    """Return the width of text on stdout: that of the terminal, but at most 100 columns, also elsewhere."""
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return min(terminal_width(sys.stdout), _MAX_COLUMNS) if is_terminal else _MAX_COLUMNS


_erasers: list[Callable[[], None]] = []


@contextmanager
def before_messages(erase: Callable[[], None]) -> Iterator[None]:
    """Call a function before each message on stderr while the `with` block runs, to make room for it."""
    _erasers.append(erase)
    try:
        yield
    finally:
        _erasers.remove(erase)


def has_erasers() -> bool:
    """Return whether a `with` block of `before_messages` is running."""
    return bool(_erasers)


def complain(message: str) -> None:
    """Print a message as one line on stderr."""
    for erase in _erasers:
        erase()
    click.echo(f"crm-mocks: {one_line(message)}", err=True)


def _open_descriptors() -> dict[int, OSError]:
    """Open closed ones of the descriptors 0 to 2, lest a socket or a report gets their number; return these."""
    closed: dict[int, OSError] = {}
    for number in _STANDARD:
        try:
            os.fstat(number)
        except OSError as error:
            closed[number] = error
            with suppress(OSError):  # takes the lowest number that is free
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003  # positional only
    return closed


def _safe(stream: TextIO | None, number: int, closed: OSError | None) -> TextIO:
    """Return a stream that never fails."""
    if stream is not None and (os.name != "posix" or not _writes_to(stream, number)):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
        return stream
    if stream is not None:
        stream.flush()
    descriptor = _Descriptor(number, closed)
    encoding = stream.encoding if stream is not None else "utf-8"
    return _Text(descriptor, encoding, line_buffering=number == 2 or descriptor.isatty())


def _writes_to(stream: TextIO, number: int) -> bool:
    """Return whether a stream writes to a descriptor; tests replace streams."""
    try:
        return stream.fileno() == number
    except (OSError, ValueError):
        return False
