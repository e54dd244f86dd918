"""Serving in the foreground: until a signal says stop, with exit code 0."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from crm_mocks.options import ServeOptions
from crm_mocks.server.prepared_server import PreparedServer, prepare

if TYPE_CHECKING:
    from crm_mocks.server.http_server import Server

_STOP = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGBREAK")  # the last is Windows' Ctrl-Break
    if hasattr(signal, name)
]
_MOST_SOCKETS: Final = 65_536
_COLLECTIONS: Final = (50_000, 20, 100)
"""How many new objects set off a collection, and how many of those one of the older objects."""


class StopSignals:
    """Takes the signals that ask a process to stop, from before the first slow import to the end.

    Until `on_stop` has been called, a signal ends the process on the spot: an exception in the middle of an import can
    leave compiled modules in a state that crashes the interpreter when it winds down. A signal is never an error, so
    the exit code is 0 either way.
    """

    def __init__(self) -> None:
        self._stop: Callable[[], object] | None = None
        self._before: dict[int, Any] = {}
        self._came = False

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._take) for number in _STOP}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for number, handler in self._before.items():
            # Impatient further signals must not spoil the exit code, not even while the interpreter winds down.
            signal.signal(number, signal.SIG_IGN if self._came else handler)

    def on_stop(self, stop: Callable[[], object]) -> None:
        """Have a function called, in the main thread, instead of ending at once."""
        self._stop = stop

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        if self._stop is None:
            os._exit(0)
        self._came = True
        self._stop()


@contextmanager
def quick_start() -> Iterator[None]:
    """Hold off garbage collection until `settle`: it would take a fifth of the start, and find nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def settle() -> None:
    """Collect garbage from now on, but never look again at what the start has made, since that stays.

    And seldom: requests leave next to no cycles behind them, and what they do leave behind (journal, records) would be
    looked through again and again, at a quarter of the time of all requests.
    """
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)
    gc.enable()


def allow_many_sockets() -> None:
    """Raise the process's own limit of open files as far as it may: each session may have a port of its own."""
    try:
        import resource
    except ImportError:  # pragma: no cover  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_SOCKETS if hard == resource.RLIM_INFINITY else min(hard, _MOST_SOCKETS)
    if soft not in (resource.RLIM_INFINITY, most) and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def serve_until_stopped(
    options: ServeOptions, announce: Callable[[PreparedServer], None], signals: StopSignals, end_with: int | None = None
) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        options: what to serve, and where.
        announce: called once requests are answered.
        signals: entered already.
        end_with: id of a process with whose end the server ends too.

    Raises:
        UsageError: an option is wrong, or the port is in use.
    """
    from crm_mocks.server.mock_server import MockServer

    allow_many_sockets()
    prepared = prepare(options)
    try:
        run_until_stopped(lambda: MockServer(prepared), lambda: announce(prepared), signals, end_with)
    finally:
        prepared.close()


def run_until_stopped(
    make: Callable[[], Server], announce: Callable[[], None], signals: StopSignals, end_with: int | None = None
) -> None:
    """Run a server until SIGTERM or SIGINT.

    Args:
        make: makes the server, on the event loop that it is to run on.
        announce: called once requests are answered.
        signals: entered already.
        end_with: id of a process with whose end the server ends too.
    """
    from crm_mocks.server.http_server import run_on_loop

    run_on_loop(_live(make, announce, signals, end_with))


async def _live(
    make: Callable[[], Server], announce: Callable[[], None], signals: StopSignals, end_with: int | None
) -> None:
    from crm_mocks.server.parent_process import gone

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    server = make()
    signals.on_stop(lambda: loop.call_soon_threadsafe(stop.set))
    await server.start()
    try:
        announce()
        settle()
        if end_with is not None:
            companion = asyncio.create_task(gone(end_with))
            companion.add_done_callback(lambda _: stop.set())
        await stop.wait()
    finally:
        await server.stop()
