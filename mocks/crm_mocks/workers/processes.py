"""The processes of the workers: this one is the first, the others are forked from it.

So they share the memory of imported modules and loaded contracts, and need no time to start. The first worker ends the
others; they end with it, whatever ends it, since their channels to it close.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, NoReturn

from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.options import ServeOptions
from crm_mocks.server.allocator import tune_allocator_soon
from crm_mocks.server.descriptors import raise_open_file_limit
from crm_mocks.server.http_server import GRACE_SECONDS, run_on_loop
from crm_mocks.server.prepared_server import PreparedServer, prepare
from crm_mocks.server.process import STOP_SIGNALS, StopSignals, run_until_stopped, tune_gc
from crm_mocks.workers.channel import WorkerChannel, channel_pair
from crm_mocks.workers.cores import IS_SUPPORTED
from crm_mocks.workers.link import WorkerLink
from crm_mocks.workers.ownership import FIRST
from crm_mocks.workers.server import WorkerServer

_EXIT_SECONDS: Final = 2 * GRACE_SECONDS + 0.2
"""Time for the other workers to exit; the whole server should exit within a second."""

_EXIT_POLL_SECONDS: Final = 0.005


class WorkerLost(CrmMocksError):
    """A worker has ended, and its sessions with it."""


@dataclass(frozen=True)
class ForkedWorker:
    """Another worker, as the first one sees it.

    Attributes:
        index: number of the worker.
        pid: id of its process.
        channel: channel to it.
    """

    index: int
    pid: int
    channel: WorkerChannel


def serve_with_workers(
    options: ServeOptions,
    workers: int,
    announce: Callable[[PreparedServer], None],
    set_up: Callable[[PreparedServer], None],
    signals: StopSignals,
    end_with: int | None = None,
) -> None:
    """Serve with several workers until SIGTERM, SIGINT or SIGHUP.

    Args:
        options: what to serve.
        workers: number of workers, at least 2.
        announce: called in the first worker once requests are accepted.
        set_up: called in each of the others before it serves.
        signals: signal handlers, already entered.
        end_with: id of a process; the server stops when that exits.

    Raises:
        UsageError: an option is invalid, the port is in use, or the system cannot fork.
        WorkerLost: a worker has ended.
    """
    if not IS_SUPPORTED:
        raise UsageError("--workers: this system cannot fork processes: leave it out")
    raise_open_file_limit()
    prepared = prepare(options)
    signals.on_exit(prepared.close)
    try:
        forked = _fork_all(prepared, workers, set_up)
        link = WorkerLink(FIRST, workers, {each.index: each.channel for each in forked})
        _serve_first(prepared, link, forked, lambda: announce(prepared), signals, end_with)
    finally:
        prepared.close()


def _serve_first(
    prepared: PreparedServer,
    link: WorkerLink,
    forked: list[ForkedWorker],
    announce: Callable[[], None],
    signals: StopSignals,
    end_with: int | None,
) -> None:
    lost: list[int] = []

    def on_lost(worker: int) -> None:
        lost.append(worker)
        signals.stop()

    link.on_lost = on_lost

    def announce_unless_lost() -> None:
        if not lost:
            announce()

    try:
        run_until_stopped(lambda: _FirstServer(prepared, link), announce_unless_lost, signals, end_with)
    finally:
        for each in forked:
            each.channel.close()
        statuses = _reap(forked)
    if lost:
        worker = lost[0]
        raise WorkerLost(
            f"worker {worker} {_ending(statuses[worker])}: its sessions are lost, so the server has stopped"
        )


class _FirstServer(WorkerServer):
    """The server of the first worker, which starts and stops with the others."""

    async def start(self) -> None:
        """See `Server.start`; return once all workers serve, or one is lost."""
        started = asyncio.Event()
        on_lost = self.link.on_lost

        def on_early_loss(worker: int) -> None:
            on_lost(worker)
            started.set()

        self.link.on_lost = on_early_loss
        await super().start()
        others = asyncio.ensure_future(self.link.gather("started"))
        others.add_done_callback(lambda _: started.set())
        await started.wait()
        self.link.on_lost = on_lost

    async def stop(self) -> None:
        """See `Server.stop`; the other workers stop at the same time."""
        self.link.on_lost = lambda _: None
        for worker in range(FIRST + 1, self.link.count):
            self.link.notify(worker, "stop")
        await super().stop()
        self.link.close()


def _fork_all(prepared: PreparedServer, workers: int, set_up: Callable[[PreparedServer], None]) -> list[ForkedWorker]:
    """Fork the other workers.

    Raises:
        UsageError: the system has no resources for them.
    """
    forked: list[ForkedWorker] = []
    try:
        for index in range(FIRST + 1, workers):
            forked.append(_fork(prepared, index, workers, forked, set_up))
    except OSError as error:
        for each in forked:
            each.channel.close()
        _reap(forked)
        raise UsageError(f"--workers {workers}: cannot start that many: {error.strerror or error}") from None
    return forked


def _fork(
    prepared: PreparedServer,
    index: int,
    workers: int,
    earlier: list[ForkedWorker],
    set_up: Callable[[PreparedServer], None],
) -> ForkedWorker:
    near, far = channel_pair()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # otherwise both processes would write what is buffered
    with _signals_blocked():
        pid = os.fork()
        if pid == 0:
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)  # the first worker decides when the server stops
    if pid == 0:
        for channel in (near, *(each.channel for each in earlier)):
            channel.close()
        _work(prepared, WorkerLink(index, workers, {FIRST: far}), set_up)
    far.close()
    return ForkedWorker(index, pid, near)


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Block the signals that stop a process, so that a new process can choose other handlers first."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(prepared: PreparedServer, link: WorkerLink, set_up: Callable[[PreparedServer], None]) -> NoReturn:
    """Be one of the other workers; exit without the first one's cleanup, such as of the certificate's files."""
    code = 1
    try:
        prepared.listener.close()  # its port must be free as soon as the first worker is gone
        set_up(prepared)
        run_on_loop(_serve_until_stopped(prepared, link))
        code = 0
    except BaseException as error:  # noqa: BLE001  # the process must not return to the caller of the first worker
        print(f"crm-mocks: worker {link.index} failed: {type(error).__name__}: {error}", file=sys.stderr)
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


async def _serve_until_stopped(prepared: PreparedServer, link: WorkerLink) -> None:
    """Serve until the first worker says so, or is gone."""
    ended = asyncio.Event()
    link.on_lost = lambda _: ended.set()

    async def stop() -> None:
        ended.set()

    prepared.application.mock_app.calls["stop"] = stop
    server = WorkerServer(prepared, link)
    await server.start()
    tune_gc()
    tune_allocator_soon()
    await ended.wait()
    await server.stop()
    link.close()


def _reap(forked: list[ForkedWorker]) -> dict[int, int]:
    """Wait for the other workers; kill those that take too long. Return their exit statuses by number.

    Waits are counted, not the time: a machine that is held up holds up the other workers, too.
    """
    waits = round(_EXIT_SECONDS / _EXIT_POLL_SECONDS)
    statuses: dict[int, int] = {}
    for each in forked:
        pid, status = os.waitpid(each.pid, os.WNOHANG)
        while not pid and waits:
            waits -= 1
            time.sleep(_EXIT_POLL_SECONDS)
            pid, status = os.waitpid(each.pid, os.WNOHANG)
        if not pid:
            os.kill(each.pid, signal.SIGKILL)
            _, status = os.waitpid(each.pid, 0)
        statuses[each.index] = os.waitstatus_to_exitcode(status)
    return statuses


def _ending(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
