"""Serving in the foreground until a signal stops the process with exit code 0."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from crm_mocks.files.writing import remove_unfinished
from crm_mocks.options import ServeOptions
from crm_mocks.server.allocator import tune_allocator_soon
from crm_mocks.server.descriptors import raise_open_file_limit
from crm_mocks.server.prepared_server import PreparedServer, prepare

if TYPE_CHECKING:
    from crm_mocks.server.http_server import Server

STOP_SIGNALS: Final = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last is Windows' Ctrl-Break
    if hasattr(signal, name)
]
_GC_THRESHOLDS: Final = (2_000, 10, 100)
"""Thresholds of the garbage collector, see `gc.set_threshold`.

`python -m benchmarks.pauses` measures them. A request leaves no cycles, and what it stores is bytes and strings, which
the collector does not count or traverse. So collections are rare whatever the first threshold is, and a low one keeps
each of them short.
"""


class StopSignals:
    """Handles the signals that stop a process, from before the first slow import until exit.

    Until `on_stop` has been called, a signal exits immediately, after the function of `on_exit`: an exception during an
    import can leave compiled modules in a state that crashes the interpreter at shutdown. The exit code is 0 in both
    cases. SIGHUP stays ignored if the parent ignores it, as `nohup` does.
    """

    def __init__(self, end_soon: Callable[[int], object] = lambda _: None) -> None:
        """Handle no signal yet.

        Args:
            end_soon: called with the first signal that stops the process, so that it ends even if its stop takes long.
        """
        self._end_soon = end_soon
        self._stop: Callable[[], object] | None = None
        self._exit: Callable[[], object] | None = None
        self._previous: dict[int, Any] = {}
        self._received = False

    def __enter__(self) -> Self:
        hang_up = getattr(signal, "SIGHUP", None)
        ignored = hang_up is not None and signal.getsignal(hang_up) is signal.SIG_IGN
        handled = [number for number in STOP_SIGNALS if not (ignored and number == hang_up)]
        self._previous = {number: signal.signal(number, self._handle) for number in handled}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for number, handler in self._previous.items():
            # Repeated signals must not change the exit code, even during interpreter shutdown.
            signal.signal(number, signal.SIG_IGN if self._received else handler)

    def on_stop(self, stop: Callable[[], object]) -> None:
        """Call a function in the main thread instead of exiting immediately."""
        self._stop = stop

    def on_exit(self, clean_up: Callable[[], object]) -> None:
        """Call a function before exiting immediately."""
        self._exit = clean_up

    def stop(self) -> None:
        """Stop the process as a signal does."""
        if self._stop is not None:
            self._stop()

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self._stop is None:
            if self._exit is not None:
                self._exit()
            remove_unfinished()
            os._exit(0)
        if not self._received:  # after the first one, the event loop may have been closed
            self._received = True
            self._end_soon(number)
            self._stop()


def tune_gc() -> None:
    """Enable garbage collection, excluding all objects so far: a full collection would take a tenth of a second."""
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    gc.enable()


def serve_until_stopped(
    options: ServeOptions, announce: Callable[[PreparedServer], None], signals: StopSignals, end_with: int | None = None
) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP.

    Args:
        options: what to serve.
        announce: called once requests are accepted.
        signals: signal handlers, already entered.
        end_with: id of a process; the server stops when that exits.

    Raises:
        UsageError: an option is invalid, or the port is in use.
    """
    from crm_mocks.server.mock_server import MockServer

    raise_open_file_limit()
    prepared = prepare(options)
    signals.on_exit(prepared.close)
    try:
        run_until_stopped(lambda: MockServer(prepared), lambda: announce(prepared), signals, end_with)
    finally:
        prepared.close()


def run_until_stopped(
    make: Callable[[], Server], announce: Callable[[], None], signals: StopSignals, end_with: int | None = None
) -> None:
    """Run a server until SIGTERM, SIGINT or SIGHUP.

    Args:
        make: creates the server on its event loop.
        announce: called once requests are accepted.
        signals: signal handlers, already entered.
        end_with: id of a process; the server stops when that exits.
    """
    from crm_mocks.server.http_server import run_on_loop

    run_on_loop(_run(make, announce, signals, end_with))


async def _run(
    make: Callable[[], Server], announce: Callable[[], None], signals: StopSignals, end_with: int | None
) -> None:
    from crm_mocks.server.parent_process import wait_for_exit

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    server = make()
    signals.on_stop(lambda: loop.call_soon_threadsafe(stop.set))
    await server.start()
    try:
        announce()
        tune_gc()
        tune_allocator_soon()
        if end_with is not None:
            watcher = asyncio.create_task(wait_for_exit(end_with))
            watcher.add_done_callback(lambda _: stop.set())
        await stop.wait()
    finally:
        await server.stop()
