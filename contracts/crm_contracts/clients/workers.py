"""Workers: sessions with a client program each, so that several cases run at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Protocol, Self

from crm_contracts.clients.harness import ClientHarness
from crm_contracts.clients.model import AnyCase, BaselineRun, ClientCaseResult
from crm_contracts.clients.programs import ClientProgram, DeadlineReached
from crm_mocks.cli.stopping import exit_on_signals


class Worker:
    """A session with a port of its own, and a client program."""

    def __init__(self, harness: ClientHarness, name: str, program: ClientProgram) -> None:
        """Open the session.

        Args:
            harness: its mocks and observer.
            name: name of the session.
            program: the client program.
        """
        self._harness = harness
        self._program = program
        self._environment = harness.environment(name)
        self.name = name

    def baseline_run(self, deadline: float | None = None) -> BaselineRun:
        """Run the client with the mock's own responses.

        Args:
            deadline: monotonic time at which the run is stopped in any case.

        Raises:
            DeadlineReached: the deadline is over before the run ended.
        """
        self._harness.prepare(self.name, None)
        return self._harness.baseline_run(self.name, lambda: self._program.run(self._environment, deadline=deadline))

    def run(
        self,
        case: AnyCase,
        baseline: BaselineRun,
        *,
        fresh: bool = False,
        seconds: float | None = None,
        deadline: float | None = None,
    ) -> ClientCaseResult[AnyCase]:
        """Run the client with a case.

        Args:
            case: the response or fault that it gets.
            baseline: the baseline run.
            fresh: use a process that has made no run before.
            seconds: another time limit for this run.
            deadline: monotonic time at which the run is stopped in any case.

        Raises:
            DeadlineReached: the deadline is over before the run ended.
        """
        if fresh:
            self._program.renew()
        self._harness.prepare(self.name, case)
        process = self._program.run(self._environment, seconds=seconds, deadline=deadline)
        run = self._harness.run_result(self.name, case, process, baseline)
        return ClientCaseResult(case, run, process.printed.decode("utf-8", "replace"))


class WorkerPool:
    """All workers.

    Attributes:
        runs: number of runs made for cases.
        deadline: monotonic time at which all runs are stopped, if any.
    """

    def __init__(self, harness: ClientHarness, name: str, programs: Sequence[ClientProgram]) -> None:
        """Open a session for each program.

        Args:
            harness: their mocks and observer.
            name: prefix of the sessions' names.
            programs: one for each worker; the same one may serve several.
        """
        self._programs = list(dict.fromkeys(programs))
        self._workers = [Worker(harness, f"{name}-{number}", program) for number, program in enumerate(programs, 1)]
        self._free: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._free.put(worker)
        self._pool = ThreadPoolExecutor(len(self._workers))
        self.runs = 0
        self.deadline: float | None = None

    @property
    def first(self) -> Worker:
        """The worker that makes the baseline run."""
        return self._workers[0]

    def baseline_run(self) -> BaselineRun:
        """Make the baseline run; not in the main thread, so that Ctrl-C can stop it.

        Raises:
            DeadlineReached: the deadline is over before the run ended.
        """
        return self._pool.submit(self.first.baseline_run, self.deadline).result()

    def run_all(
        self,
        cases: Sequence[AnyCase],
        baseline: BaselineRun,
        *,
        fresh: bool = False,
        seconds: float | None = None,
        deadline: float | None = None,
        finished: Callable[[int, ClientCaseResult[AnyCase]], None] = lambda _number, _result: None,
    ) -> list[ClientCaseResult[AnyCase]]:
        """Run cases, several at a time; return the results in the same order.

        Runs that the deadline prevented or cut short have none.

        Args:
            cases: the cases.
            baseline: the baseline run.
            fresh: use a new process for each.
            seconds: another time limit for these runs.
            deadline: an earlier deadline for these runs.
            finished: called in this thread with the number of each case and its result, as soon as it is there.
        """

        def one(case: AnyCase) -> ClientCaseResult[AnyCase] | None:
            worker = self._free.get()
            until = self.deadline if deadline is None else deadline
            try:
                return worker.run(case, baseline, fresh=fresh, seconds=seconds, deadline=until)
            except DeadlineReached:
                return None
            finally:
                self._free.put(worker)

        slow_first = sorted(range(len(cases)), key=lambda number: -cases[number].delay_ms)
        running: dict[Future[ClientCaseResult[AnyCase] | None], int] = {
            self._pool.submit(one, cases[number]): number for number in slow_first
        }
        results: dict[int, ClientCaseResult[AnyCase]] = {}
        for future in as_completed(running):
            result = future.result()
            if result is not None:
                results[running[future]] = result
                self.runs += 1
                finished(running[future], result)
        return [results[number] for number in sorted(results)]

    def stop(self) -> None:
        """Stop all programs; no further run is made."""
        with ThreadPoolExecutor(len(self._programs)) as pool:  # each may take its time to clean up
            list(pool.map(lambda program: program.stop(), self._programs))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Start no further run, and wait for the current ones; stop their programs before to end them."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class Stoppable(Protocol):
    """Something that must be stopped when this process ends."""

    def stop(self) -> None:
        """Stop it."""


@contextmanager
def stopped_on_exit(programs: Stoppable) -> Iterator[None]:
    """Stop client programs when the block ends or this process is terminated: signals do not reach their groups."""
    try:
        with exit_on_signals():
            yield
    finally:
        programs.stop()
